import type { productChanged } from '@rialto/catalog/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { gather } from './gather.ts'

/** New variants get a balance of nothing, until goods are received or counted. */
export async function onProductChanged(
  { data }: Message<Static<typeof productChanged.schema>>,
  { tx, now, newId }: TransactionContext,
): Promise<void> {
  const { appeared } = gather(tx, { now, newId })
  for (const { id } of data.variants) appeared.add(id)
}
