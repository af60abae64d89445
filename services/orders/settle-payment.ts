import { format } from '@rialto/kit/money'
import { invalidInput } from '@rialto/kit/problem'
import type { Money } from '@rialto/kit/schema'
import { type Order, refundTooLarge } from './contract.ts'
import { changeOrder, refundableOf } from './order.ts'

/** The money of the order has arrived. The larger figure holds, however late and often it is told. */
export function noteCapture(order: Order, amount: number, at: string): Order {
  if (amount <= order.captured) return order
  return changeOrder(order, { captured: amount }, at, `Payment of ${words(order, amount)} received`)
}

/** The held money was let go without being taken. */
export function noteVoid(order: Order, at: string): Order {
  if (order.captured > 0 || order.paymentStatus === 'voided') return order
  return changeOrder(order, { paymentStatus: 'voided' }, at, 'The held amount was released')
}

export interface RefundRequest {
  readonly id: string
  readonly amount: Money
  readonly reason: string
  readonly at: string
}

/** Notes a refund as requested, so that together with all others it stays within what was paid. */
export function requestRefund(order: Order, { id, amount: money, reason, at }: RefundRequest): Order {
  const { amount, currency } = money
  if (currency !== order.currency || amount <= 0) {
    const message = `must be more than nothing, in ${order.currency}`
    throw invalidInput(`The amount ${message}.`, { errors: [{ field: 'amount', message }] })
  }
  const refundable = { amount: refundableOf(order), currency: order.currency }
  if (amount > refundable.amount) {
    throw refundTooLarge(`At most ${format(refundable)} can be given back.`, { refundable })
  }
  const refunds: Order['refunds'] = [
    ...order.refunds,
    { id, amount, reason, status: 'requested', createdAt: at },
  ]
  return changeOrder(order, { refunds }, at, `Refund of ${words(order, amount)} requested: ${reason}`)
}

export interface RefundResult {
  readonly refundId: string
  readonly amount: number
  /** All that was given back so far, by the payment's own count. */
  readonly refundedTotal: number
  readonly at: string
}

/** The money is back. Payments may also give money back by itself, after a cancellation. */
export function noteRefund(order: Order, { refundId, amount, refundedTotal, at }: RefundResult): Order {
  const known = order.refunds.find(({ id }) => id === refundId)
  if (known?.status === 'done') return order
  const reason = order.cancelReason ?? (order.cancelledAt ? 'Order cancelled' : 'Given back by payments')
  const done = { ...(known ?? { id: refundId, reason, createdAt: at }), amount, status: 'done' as const }
  const refunds = known
    ? order.refunds.map((refund) => (refund.id === refundId ? done : refund))
    : [...order.refunds, done]
  const refunded = Math.max(order.refunded, refundedTotal)
  // What was given back was captured before, even if that message comes later.
  const captured = Math.max(order.captured, refunded)
  return changeOrder(order, { refunds, refunded, captured }, at, `Refunded ${words(order, amount)}`)
}

export function noteRefundFailure(
  order: Order,
  { refundId, reason, at }: { refundId: string; reason: string; at: string },
): Order {
  const known = order.refunds.find(({ id }) => id === refundId)
  if (known?.status !== 'requested') return order
  const refunds = order.refunds.map((refund) =>
    refund.id === refundId ? { ...refund, status: 'failed' as const } : refund,
  )
  const what = `Refund of ${words(order, known.amount)} failed: ${reason}`
  return changeOrder(order, { refunds }, at, what)
}

function words({ currency }: Order, amount: number): string {
  return format({ amount, currency })
}
