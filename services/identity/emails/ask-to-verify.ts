import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import { emailVerificationRequested } from '../contract.ts'
import { insertLink } from '../links/link-store.ts'

const verifyDays = 3

export interface Asked {
  readonly linkId: string
  readonly account: { readonly id: string; readonly email: string; readonly name: string }
  readonly now: Date
}

/** Has a link sent to the account's address. */
export async function askToVerify(tx: Tx, { linkId, account, now }: Asked): Promise<void> {
  const { id: accountId, email, name } = account
  const expiresAt = new Date(now.getTime() + verifyDays * 86_400_000).toISOString()
  await insertLink(tx, { id: linkId, purpose: 'verify-email', accountId, email, expiresAt }, now)
  const data = { linkId, accountId, email, name, expiresAt }
  emit(tx, emailVerificationRequested, data, { id: linkId, version: 1 })
}
