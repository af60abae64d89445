import type { categoryChanged } from '@rialto/catalog/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { gather } from './gather.ts'

/** Names and places of categories come with their products, which the catalog tells of anew. */
export async function onCategoryChanged(
  { data }: Message<Static<typeof categoryChanged.schema>>,
  { tx, now }: TransactionContext,
): Promise<void> {
  if (data.removed) gather(tx, now).goneCategories.add(data.id)
}
