import type { Availability } from '@rialto/inventory/contract'
import type { Message } from '@rialto/kit/message'
import type { TransactionContext } from '@rialto/kit/service'
import { saveStock } from './document-store.ts'

export async function onStockChanged(
  { data, aggregateVersion }: Message<Availability>,
  { tx }: TransactionContext,
): Promise<void> {
  await saveStock(tx, data.variantId, data.state, aggregateVersion)
}
