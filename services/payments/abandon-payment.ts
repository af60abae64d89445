import type { Handler } from '@rialto/kit/service'
import type { payments } from './contract.ts'
import type { Own } from './own.ts'
import { isGone } from './payment.ts'
import { findPayment, releaseForGood } from './payment-store.ts'
import { findRefusal } from './refund-store.ts'
import { settle } from './settle.ts'

/** Whatever is or will be held for the checkout is given back, also if nothing is known of it yet. */
export const abandonPayment: Handler<typeof payments.abandonPayment, Own> = async (
  { checkoutId },
  context,
) => {
  const { database, now, newId } = context
  const reason = 'The checkout was given up.'
  await releaseForGood(database, { id: newId('pay'), checkoutId, reason, at: now() })
  const payment = await findPayment(database, checkoutId)
  if (!payment) return { settled: true, givenBack: 0 }
  const after = await settle(payment, context)
  const settled = isGone(after)
  const refusal = settled ? undefined : await findRefusal(database, after.id)
  return { settled, givenBack: after.refunded, ...(refusal !== undefined && { refusal }) }
}
