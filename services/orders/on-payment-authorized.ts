import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { paymentAuthorized } from '@rialto/payments/contract'
import { hear } from './hear.ts'

/** A checkout that waits for its payment goes on; one that failed gives the money back. */
export async function onPaymentAuthorized(
  { data }: Message<Static<typeof paymentAuthorized.schema>>,
  context: TransactionContext<unknown>,
): Promise<void> {
  hear(context, { id: data.checkoutId, payment: 'money' })
}
