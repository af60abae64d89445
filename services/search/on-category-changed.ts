import type { categoryChanged } from '@rialto/catalog/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { removeCategory } from './document-store.ts'

/** Names and places of categories come with the products in them; only an end must be heard here. */
export async function onCategoryChanged(
  { data }: Message<Static<typeof categoryChanged.schema>>,
  { tx }: TransactionContext,
): Promise<void> {
  if (data.removed) await removeCategory(tx, data.id)
}
