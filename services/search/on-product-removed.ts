import type { productRemoved } from '@rialto/catalog/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { removeDocument } from './document-store.ts'

export async function onProductRemoved(
  message: Message<Static<typeof productRemoved.schema>>,
  { tx }: TransactionContext,
): Promise<void> {
  await removeDocument(tx, message.data.id, message.aggregateVersion)
}
