import { invalidInput } from '@rialto/kit/problem'
import type { Handler, Input } from '@rialto/kit/service'
import type { payments } from './contract.ts'
import { gatewayOf, type Own } from './own.ts'
import { isOpen, type StoredPayment } from './payment.ts'
import { addPayment, findPayment } from './payment-store.ts'
import { view } from './payment-view.ts'
import { record, say } from './record.ts'
import { patiently, settle, type Workplace } from './settle.ts'

/**
 * Holds the amount for a checkout. A repeat goes on from where the payment stands; one that is still open is asked
 * for again under its reference, in case the first request never arrived.
 */
export const authorize: Handler<typeof payments.authorize, Own> = async (input, context) => {
  const gateway = gatewayOf(context.own, input.gateway)
  if (input.amount.amount < 0) {
    const errors = [{ field: 'amount.amount', message: 'must not be negative' }]
    throw invalidInput('A negative amount cannot be held.', { errors })
  }
  const payment = await openPayment(input, context)
  if (!isOpen(payment)) return view(payment)
  if (payment.wanted === 'release') return view(await settle(payment, context))
  const { checkoutId, token, returnUrl } = input
  const amount = { amount: payment.amount, currency: payment.currency }
  const request = { reference: checkoutId, amount, token, returnUrl }
  const standing = await patiently(context, 'authorize', (terms) => gateway.authorize(request, terms))
  const held = await record(payment, standing, context)
  return view(held.wanted === 'release' ? await settle(held, context) : held)
}

async function openPayment(
  input: Input<typeof payments.authorize>,
  { database, now, newId }: Workplace,
): Promise<StoredPayment> {
  const { checkoutId, gateway, amount } = input
  const added = await database.sharedTransaction(checkoutId, async (tx) => {
    const row = await addPayment(tx, { id: newId('pay'), checkoutId, gateway, ...amount, at: now() })
    // The checkout was given up before it came to pay.
    if (row && row.status !== 'authorizing') say(tx, row)
    return row
  })
  const payment = added ?? (await findPayment(database, checkoutId))
  if (!payment) throw new Error(`The payment of ${checkoutId} is gone`)
  return payment
}
