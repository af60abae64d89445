import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderPlaced } from '@rialto/orders/contract'
import { addSales } from './document-store.ts'

export async function onOrderPlaced(
  { data }: Message<Static<typeof orderPlaced.schema>>,
  { tx }: TransactionContext,
): Promise<void> {
  await addSales(
    tx,
    data.order.lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
  )
}
