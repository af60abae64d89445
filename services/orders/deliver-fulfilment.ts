import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import type { WriteHandler } from '@rialto/kit/service'
import { type Order, orderDelivered, type orders } from './contract.ts'
import { deliver } from './fulfil.ts'
import { lockOrder } from './order-store.ts'
import type { Own } from './own.ts'
import { saveOrders } from './save-orders.ts'

export const deliverFulfilment: WriteHandler<typeof orders.deliverFulfilment, Own> = async (
  { id, fulfilmentId },
  context,
) => {
  const { tx, now } = context
  const before = await lockOrder(tx, id, context)
  const order = deliver(before, fulfilmentId, now().toISOString())
  if (order === before) return order
  await saveOrders(tx, [order])
  return sayDelivered(tx, order)
}

/** The last parcel to arrive makes the whole order delivered. */
export function sayDelivered(tx: Tx, order: Order): Order {
  const { id, version, fulfilmentStatus } = order
  if (fulfilmentStatus === 'delivered') emit(tx, orderDelivered, { orderId: id, order }, { id, version })
  return order
}
