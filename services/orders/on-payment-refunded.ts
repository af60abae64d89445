import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { paymentRefunded } from '@rialto/payments/contract'
import type { Order } from './contract.ts'
import { hear } from './hear.ts'
import { sayRefunded } from './say-refunded.ts'

/** Money went back to the customer, who is told. */
export async function onPaymentRefunded(
  { data, at }: Message<Static<typeof paymentRefunded.schema>>,
  context: TransactionContext<unknown>,
): Promise<void> {
  const { checkoutId: id, refundId, amount, refundedTotal } = data
  const change = (order: Order) => sayRefunded(context.tx, order, { refundId, amount, refundedTotal, at })
  hear(context, { id, change, payment: 'gone', refund: { id: refundId, state: 'done' } })
}
