import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderRefunded } from '@rialto/orders/contract'
import { orderLetter, orderRefundedWords } from './letters.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'

export async function onOrderRefunded(
  message: Message<Static<typeof orderRefunded.schema>>,
  context: TransactionContext<Own>,
): Promise<void> {
  const { order, amount, refundId } = message.data
  const letter = orderLetter(order, orderRefundedWords(order, amount), context.own.publicUrl)
  await notify(context, { template: 'order-refunded', about: refundId, to: order.email, letter })
}
