import type { Message } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderCancelled } from '@rialto/orders/contract'
import { releasePayment } from './jobs.ts'

/** What was held is released, what was charged is given back. */
export async function onOrderCancelled(
  { data: { checkoutId } }: Message<Static<typeof orderCancelled.schema>>,
  { tx }: TransactionContext,
): Promise<void> {
  schedule(tx, releasePayment, { checkoutId })
}
