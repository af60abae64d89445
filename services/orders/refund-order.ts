import { emit, schedule } from '@rialto/kit/outbox'
import type { WriteHandler } from '@rialto/kit/service'
import { type orders, refundRequested } from './contract.ts'
import { resumeSaga } from './jobs.ts'
import { lockOrder } from './order-store.ts'
import type { Own } from './own.ts'
import { beginSaga } from './sagas/saga.ts'
import { insertSaga } from './sagas/saga-store.ts'
import { saveOrders } from './save-orders.ts'
import { requestRefund } from './settle-payment.ts'

/** Notes the refund under a lock, so that all refunds together stay within what was paid, and asks for it. */
export const refundOrder: WriteHandler<typeof orders.refundOrder, Own> = async (
  { id, amount, reason },
  context,
) => {
  const { tx, now, newId } = context
  const before = await lockOrder(tx, id, context)
  const refundId = newId('ref')
  const at = now()
  const order = requestRefund(before, { id: refundId, amount, reason, at: at.toISOString() })
  await saveOrders(tx, [order])
  await insertSaga(tx, beginSaga(order, { id: refundId, kind: 'refund', amount: amount.amount, at }))
  schedule(tx, resumeSaga, { sagaId: refundId })
  const { checkoutId, version } = order
  emit(tx, refundRequested, { refundId, orderId: id, checkoutId, amount }, { id, version })
  return order
}
