import type { Availability } from '@rialto/inventory/contract'
import type { Message } from '@rialto/kit/message'
import type { TransactionContext } from '@rialto/kit/service'
import { gather, keepNewest } from './gather.ts'

export async function onStockChanged(
  { data: { variantId, state }, aggregateVersion: version }: Message<Availability>,
  { tx, now }: TransactionContext,
): Promise<void> {
  keepNewest(gather(tx, now).stock, variantId, { variantId, state, version })
}
