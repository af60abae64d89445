import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderPlaced } from '@rialto/orders/contract'
import { orderLetter, orderPlacedWords } from './letters.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'

export async function onOrderPlaced(
  message: Message<Static<typeof orderPlaced.schema>>,
  context: TransactionContext<Own>,
): Promise<void> {
  const { order } = message.data
  const letter = orderLetter(order, orderPlacedWords(order), context.own.publicUrl)
  await notify(context, { template: 'order-placed', about: order.id, to: order.email, letter })
}
