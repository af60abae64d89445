import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { payments } from './contract.ts'
import type { Own } from './own.ts'
import { findPayment, want } from './payment-store.ts'
import { view } from './payment-view.ts'
import { settle } from './settle.ts'

/** Charges what is held. The news of the order asks for the same; whichever comes first does it. */
export const capturePayment: Handler<typeof payments.capturePayment, Own> = async (
  { checkoutId },
  context,
) => {
  const { database, now } = context
  await want(database, new Map([[checkoutId, 'capture']]), now())
  const payment = await findPayment(database, checkoutId)
  if (!payment) throw notFound('This checkout has no payment.')
  return view(await settle(payment, context))
}
