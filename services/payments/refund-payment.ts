import { invalidInput, notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { payments } from './contract.ts'
import type { Own } from './own.ts'
import { findPayment } from './payment-store.ts'
import { findRefund, noteRefund } from './refund-store.ts'
import { settle } from './settle.ts'

/** Gives money back once per refund. The news of the refund asks for the same; whichever comes first does it. */
export const refundPayment: Handler<typeof payments.refundPayment, Own> = async (
  { refundId, checkoutId, amount },
  context,
) => {
  const { database, now } = context
  if (amount.amount < 1)
    throw invalidInput(`The amount ${tooSmall}.`, { errors: [{ field: 'amount', message: tooSmall }] })
  await noteRefund(database, { id: refundId, checkoutId, ...amount, at: now() })
  const payment = await findPayment(database, checkoutId)
  if (!payment) throw notFound('This checkout has no payment.')
  const { refunded } = await settle(payment, context)
  const refund = await findRefund(database, refundId)
  if (!refund) throw new Error(`Refund ${refundId} was noted and is gone`)
  const { status, reason } = refund
  const ended = status === 'done' || status === 'failed'
  return {
    status: ended ? status : 'open',
    refundedTotal: refunded,
    ...(status === 'failed' && reason !== null && { reason }),
  }
}

const tooSmall = 'must be more than nothing'
