import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderCancelled } from '@rialto/orders/contract'
import { gather } from './gather.ts'

/** What was sold, or is still held, can be sold again. It may come before the order's own message. */
export async function onOrderCancelled(
  { data }: Message<Static<typeof orderCancelled.schema>>,
  { tx, now, newId }: TransactionContext,
): Promise<void> {
  gather(tx, { now, newId }).requests.push({ kind: 'cancel', checkoutId: data.checkoutId })
}
