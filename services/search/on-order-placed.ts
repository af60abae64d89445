import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderPlaced } from '@rialto/orders/contract'
import { gather } from './gather.ts'
import { scheduleCount } from './jobs.ts'

export async function onOrderPlaced(
  { data }: Message<Static<typeof orderPlaced.schema>>,
  { tx, now }: TransactionContext,
): Promise<void> {
  const { sales } = gather(tx, now)
  for (const { variantId, quantity } of data.order.lines) sales.push({ variantId, quantity })
  scheduleCount(tx, now())
}
