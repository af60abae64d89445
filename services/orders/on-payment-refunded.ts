import type { Message } from '@rialto/kit/message'
import { emit } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { paymentRefunded } from '@rialto/payments/contract'
import { type Order, orderRefunded } from './contract.ts'
import { hear } from './hear.ts'
import { noteRefund } from './settle-payment.ts'
/** Money went back to the customer, who is told. */
export async function onPaymentRefunded(
  { data, at }: Message<Static<typeof paymentRefunded.schema>>,
  context: TransactionContext<unknown>,
): Promise<void> {
  const { checkoutId: id, refundId, amount, refundedTotal } = data
  const change = (order: Order) => {
    const next = noteRefund(order, { refundId, amount: amount.amount, refundedTotal, at })
    if (next === order) return order
    const { version } = next
    emit(
      context.tx,
      orderRefunded,
      { orderId: order.id, refundId, amount, order: next },
      { id: order.id, version },
    )
    return next
  }
  hear(context, { id, change })
}
