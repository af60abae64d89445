import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { refundFailed } from '@rialto/payments/contract'
import { hear } from './hear.ts'
import { noteRefundFailure } from './settle-payment.ts'
/** The order shows that the money could not be given back, and it counts as refundable again. */
export async function onRefundFailed(
  { data, at }: Message<Static<typeof refundFailed.schema>>,
  context: TransactionContext<unknown>,
): Promise<void> {
  const { checkoutId: id, refundId, reason } = data
  hear(context, { id, change: (order) => noteRefundFailure(order, { refundId, reason, at }) })
}
