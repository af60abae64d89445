import type { productRemoved } from '@rialto/catalog/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { gather, keepNewest } from './gather.ts'

export async function onProductRemoved(
  { data, aggregateVersion }: Message<Static<typeof productRemoved.schema>>,
  { tx, now }: TransactionContext,
): Promise<void> {
  keepNewest(gather(tx, now).products, data.id, { version: aggregateVersion })
}
