import { identity } from '@rialto/identity/contract'
import type { Call } from '@rialto/kit/client'
import { tokenPlace } from './account-letters.ts'
import type { StoredDelivery } from './delivery-store.ts'

/**
 * The message as its reader gets it. What is kept, and shown to staff, has no token in it: whoever may read messages
 * could else take over any account by asking for a new password.
 */
export async function filled<Part extends Pick<StoredDelivery, 'linkId' | 'html' | 'text'>>(
  delivery: Part,
  call: Call,
): Promise<Part> {
  if (delivery.linkId === undefined) return delivery
  const { token } = await call(identity.issueLink, { id: delivery.linkId })
  const fill = (text: string) => text.replaceAll(tokenPlace, token)
  return { ...delivery, html: fill(delivery.html), text: fill(delivery.text) }
}
