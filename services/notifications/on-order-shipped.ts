import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderShipped } from '@rialto/orders/contract'
import { orderLetter, orderShippedWords } from './letters.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'

export async function onOrderShipped(
  message: Message<Static<typeof orderShipped.schema>>,
  context: TransactionContext<Own>,
): Promise<void> {
  const { order, carrier, trackingNumber, fulfilmentId } = message.data
  const letter = orderLetter(
    order,
    orderShippedWords(order, { carrier, number: trackingNumber }),
    context.own.publicUrl,
  )
  await notify(context, { template: 'order-shipped', about: fulfilmentId, to: order.email, letter })
}
