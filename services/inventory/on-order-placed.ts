import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderPlaced } from '@rialto/orders/contract'
import { gather } from './gather.ts'
import { merged } from './reservation.ts'

/** What was reserved is sold. */
export async function onOrderPlaced(
  { data }: Message<Static<typeof orderPlaced.schema>>,
  { tx, now, newId }: TransactionContext,
): Promise<void> {
  const { checkoutId, order } = data
  gather(tx, { now, newId }).requests.push({ kind: 'place', checkoutId, lines: merged(order.lines) })
}
