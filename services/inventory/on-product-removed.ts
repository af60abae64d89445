import type { productRemoved } from '@rialto/catalog/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { gather } from './gather.ts'

/** Its variants are sold no more, also if a late message about the product follows. Their ledger stays. */
export async function onProductRemoved(
  { data }: Message<Static<typeof productRemoved.schema>>,
  { tx, now, newId }: TransactionContext,
): Promise<void> {
  const { removed } = gather(tx, { now, newId })
  for (const id of data.variantIds) removed.add(id)
}
