import { emit } from '@rialto/kit/outbox'
import type { WriteHandler } from '@rialto/kit/service'
import { orderCancelled, type orders } from './contract.ts'
import { cancel } from './fulfil.ts'
import { lockOrder, saveOrders } from './order-store.ts'
import type { Own } from './own.ts'

/** Cancels the order. Inventory takes the goods back and payments gives the money back when they hear of it. */
export const cancelOrder: WriteHandler<typeof orders.cancelOrder, Own> = async ({ id, reason }, context) => {
  const { tx, now, whose } = context
  const before = await lockOrder(tx, id, context)
  const byStaff = whose === 'everyone'
  const order = cancel(before, { byStaff, reason, at: now().toISOString() })
  await saveOrders(tx, [order])
  const { checkoutId, version } = order
  const lines = order.lines.map(({ variantId, quantity }) => ({ variantId, quantity }))
  emit(tx, orderCancelled, { orderId: id, checkoutId, lines, order }, { id, version })
  return order
}
