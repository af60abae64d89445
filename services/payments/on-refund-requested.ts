import type { Message } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { refundRequested } from '@rialto/orders/contract'
import { settlePayment } from './jobs.ts'
import { noteRefund } from './refund-store.ts'

export async function onRefundRequested(
  { data: { refundId, checkoutId, amount } }: Message<Static<typeof refundRequested.schema>>,
  { tx, now }: TransactionContext,
): Promise<void> {
  const noted = await noteRefund(tx, { id: refundId, checkoutId, ...amount, at: now() })
  // Kept as a dead letter: money was promised for a checkout that never paid, so a person has to look.
  if (!noted) throw new Error(`A refund was requested for ${checkoutId}, which has no payment`)
  schedule(tx, settlePayment, { checkoutId })
}
