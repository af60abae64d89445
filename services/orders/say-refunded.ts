import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import type { Money } from '@rialto/kit/schema'
import { type Order, orderRefunded } from './contract.ts'
import { noteRefund, type RefundResult } from './settle-payment.ts'

export interface Refunded extends Omit<RefundResult, 'amount'> {
  readonly amount: Money
}

/** Notes in the locked order that money went back, and says so, once for each refund. */
export function sayRefunded(tx: Tx, order: Order, { amount, ...result }: Refunded): Order {
  const next = noteRefund(order, { ...result, amount: amount.amount })
  if (next === order) return order
  const { refundId } = result
  const data = { orderId: order.id, refundId, amount, order: next }
  emit(tx, orderRefunded, data, { id: order.id, version: next.version })
  return next
}
