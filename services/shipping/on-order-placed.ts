import type { Message } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderPlaced } from '@rialto/orders/contract'
import { packSandboxOrder } from './jobs.ts'
import type { Own } from './own.ts'

/** Where the sandbox warehouse works, an order is packed by itself after a while. */
export async function onOrderPlaced(
  { data: { orderId } }: Message<Static<typeof orderPlaced.schema>>,
  { tx, now, own }: TransactionContext<Own>,
): Promise<void> {
  if (own.packSeconds === undefined) return
  const at = new Date(now().getTime() + own.packSeconds * 1_000)
  schedule(tx, packSandboxOrder, { orderId }, { at, id: `pack_${orderId}` })
}
