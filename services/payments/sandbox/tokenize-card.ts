import { randomBytes } from 'node:crypto'
import type { Handler } from '@rialto/kit/service'
import { invalidCard, type payments } from '../contract.ts'
import { gatewayOf, type Own } from '../own.ts'
import { checkCard } from './card.ts'
import { tokenMs } from './hold.ts'
import { keepToken } from './sandbox-store.ts'

/** Plays the gateway's card fields: from here on the number is gone, and a token stands for what it does. */
export const tokenizeSandboxCard: Handler<typeof payments.tokenizeSandboxCard, Own> = async (
  card,
  { database, own, now },
) => {
  gatewayOf(own, 'sandbox')
  const checked = checkCard(card, now())
  if (checked.kind === 'bad') {
    const { errors } = checked
    throw invalidCard(errors.map(({ field, message }) => `${field} ${message}`).join('; '), { errors })
  }
  const { outcome, last4 } = checked
  const token = `tok_${randomBytes(24).toString('base64url')}`
  const expiresAt = new Date(now().getTime() + tokenMs)
  await database.sharedTransaction(token, (tx) => keepToken(tx, { token, outcome, last4, expiresAt }))
  return { token, last4 }
}
