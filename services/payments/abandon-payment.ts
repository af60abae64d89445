import { schedule } from '@rialto/kit/outbox'
import type { WriteHandler } from '@rialto/kit/service'
import type { payments } from './contract.ts'
import { settlePayment } from './jobs.ts'
import { releaseForGood } from './payment-store.ts'

/** Whatever is or will be held for the checkout is given back, also if nothing is known of it yet. */
export const abandonPayment: WriteHandler<typeof payments.abandonPayment> = async (
  { checkoutId },
  { tx, now, newId },
) => {
  const reason = 'The checkout was given up.'
  await releaseForGood(tx, { id: newId('pay'), checkoutId, reason, at: now() })
  schedule(tx, settlePayment, { checkoutId })
  return null
}
