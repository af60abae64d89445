import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderDelivered } from '@rialto/orders/contract'
import { orderDeliveredWords, orderLetter } from './letters.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'

export async function onOrderDelivered(
  message: Message<Static<typeof orderDelivered.schema>>,
  context: TransactionContext<Own>,
): Promise<void> {
  const { order } = message.data
  const letter = orderLetter(order, orderDeliveredWords(order), context.own.publicUrl)
  await notify(context, { template: 'order-delivered', about: order.id, to: order.email, letter })
}
