import type { Message } from '@rialto/kit/message'
import type { TransactionContext } from '@rialto/kit/service'
import { replacePrices } from './price-store.ts'

export async function onProductRemoved(
  { data, aggregateVersion }: Message<{ id: string }>,
  { tx }: TransactionContext,
): Promise<void> {
  await replacePrices(tx, data.id, aggregateVersion, [])
}
