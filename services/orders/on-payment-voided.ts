import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { paymentVoided } from '@rialto/payments/contract'
import type { Order } from './contract.ts'
import { hear } from './hear.ts'
import { noteVoid } from './settle-payment.ts'

/** The money of a cancelled order is no longer held. */
export async function onPaymentVoided(
  { data, at }: Message<Static<typeof paymentVoided.schema>>,
  context: TransactionContext<unknown>,
): Promise<void> {
  const change = (order: Order) => noteVoid(order, at)
  hear(context, { id: data.checkoutId, change, payment: 'gone' })
}
