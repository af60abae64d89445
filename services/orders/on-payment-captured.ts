import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { paymentCaptured } from '@rialto/payments/contract'
import type { Order } from './contract.ts'
import { hear } from './hear.ts'
import { noteCapture } from './settle-payment.ts'

/** The order is paid. Money for a checkout that failed is given back. */
export async function onPaymentCaptured(
  { data, at }: Message<Static<typeof paymentCaptured.schema>>,
  context: TransactionContext<unknown>,
): Promise<void> {
  const { checkoutId: id, amount } = data
  const change = (order: Order) => noteCapture(order, amount.amount, at)
  hear(context, { id, change, captured: amount.amount, payment: 'money' })
}
