import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { paymentDeclined } from '@rialto/payments/contract'
import { hear } from './hear.ts'

/** A checkout that waits for its payment learns the reason by asking for it. */
export async function onPaymentDeclined(
  { data }: Message<Static<typeof paymentDeclined.schema>>,
  context: TransactionContext<unknown>,
): Promise<void> {
  hear(context, { id: data.checkoutId, payment: 'no-money' })
}
