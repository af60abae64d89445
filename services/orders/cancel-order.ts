import { emit, schedule } from '@rialto/kit/outbox'
import type { WriteHandler } from '@rialto/kit/service'
import { orderCancelled, type orders } from './contract.ts'
import { cancel } from './fulfil.ts'
import { resumeSaga } from './jobs.ts'
import { lockOrder } from './order-store.ts'
import type { Own } from './own.ts'
import { beginSaga } from './sagas/saga.ts'
import { insertSaga } from './sagas/saga-store.ts'
import { saveOrders } from './save-orders.ts'

/**
 * Cancels the order. Inventory takes the goods back and payments gives the money back when they hear of it; the
 * saga asks both of them until it is so.
 */
export const cancelOrder: WriteHandler<typeof orders.cancelOrder, Own> = async ({ id, reason }, context) => {
  const { tx, now, newId, whose } = context
  const before = await lockOrder(tx, id, context)
  const byStaff = whose === 'everyone'
  const at = now()
  const order = cancel(before, { byStaff, reason, at: at.toISOString() })
  await saveOrders(tx, [order])
  const saga = beginSaga(order, { id: newId('can'), kind: 'cancellation', amount: order.captured, at })
  await insertSaga(tx, saga)
  schedule(tx, resumeSaga, { sagaId: saga.id })
  const { checkoutId, version } = order
  const lines = order.lines.map(({ variantId, quantity }) => ({ variantId, quantity }))
  emit(tx, orderCancelled, { orderId: id, checkoutId, lines, order }, { id, version })
  return order
}
