import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderCancelled } from '@rialto/orders/contract'
import { wish } from './pursue-payment.ts'

/** What was held is released, what was charged is given back. */
export async function onOrderCancelled(
  { data: { checkoutId } }: Message<Static<typeof orderCancelled.schema>>,
  context: TransactionContext,
): Promise<void> {
  wish(context, checkoutId, 'release')
}
