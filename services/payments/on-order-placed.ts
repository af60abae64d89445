import type { Message } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderPlaced } from '@rialto/orders/contract'
import { capturePayment } from './jobs.ts'

/** What was held is charged. */
export async function onOrderPlaced(
  { data: { checkoutId } }: Message<Static<typeof orderPlaced.schema>>,
  { tx }: TransactionContext,
): Promise<void> {
  schedule(tx, capturePayment, { checkoutId })
}
