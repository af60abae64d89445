import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { payments } from './contract.ts'
import type { Own } from './own.ts'
import { isOpen } from './payment.ts'
import { findPayment } from './payment-store.ts'
import { view } from './payment-view.ts'
import { settle } from './settle.ts'

export const askPayment: Handler<typeof payments.askPayment, Own> = async ({ checkoutId }, context) => {
  const payment = await findPayment(context.database, checkoutId)
  if (!payment) throw notFound('This checkout has no payment.')
  return view(isOpen(payment) ? await settle(payment, context) : payment)
}
