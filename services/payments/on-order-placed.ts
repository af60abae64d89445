import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderPlaced } from '@rialto/orders/contract'
import { wish } from './pursue-payment.ts'

/** What was held is charged. */
export async function onOrderPlaced(
  { data: { checkoutId } }: Message<Static<typeof orderPlaced.schema>>,
  context: TransactionContext,
): Promise<void> {
  wish(context, checkoutId, 'capture')
}
