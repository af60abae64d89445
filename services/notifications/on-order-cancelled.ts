import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderCancelled } from '@rialto/orders/contract'
import { orderCancelledWords, orderLetter } from './letters.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'

export async function onOrderCancelled(
  message: Message<Static<typeof orderCancelled.schema>>,
  context: TransactionContext<Own>,
): Promise<void> {
  const { order } = message.data
  const letter = orderLetter(order, orderCancelledWords(order), context.own.publicUrl)
  await notify(context, { template: 'order-cancelled', about: order.id, to: order.email, letter })
}
