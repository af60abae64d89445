import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { refundFailed } from '@rialto/payments/contract'
import type { Order } from './contract.ts'
import { hear } from './hear.ts'
import { noteRefundFailure } from './settle-payment.ts'

/** The order shows that the money could not be given back, and it counts as refundable again. */
export async function onRefundFailed(
  { data, at }: Message<Static<typeof refundFailed.schema>>,
  context: TransactionContext<unknown>,
): Promise<void> {
  const { checkoutId: id, refundId, reason } = data
  const change = (order: Order) => noteRefundFailure(order, { refundId, reason, at })
  hear(context, { id, change, refund: { id: refundId, state: 'failed', reason } })
}
