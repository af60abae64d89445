import { emit } from '@rialto/kit/outbox'
import type { WriteHandler } from '@rialto/kit/service'
import { orderShipped, type orders } from './contract.ts'
import { ship } from './fulfil.ts'
import { lockOrder } from './order-store.ts'
import type { Own } from './own.ts'
import { saveOrders } from './save-orders.ts'

export const shipFulfilment: WriteHandler<typeof orders.shipFulfilment, Own> = async (
  { id, fulfilmentId, carrier, trackingNumber },
  context,
) => {
  const { tx, now } = context
  const before = await lockOrder(tx, id, context)
  const order = ship(before, fulfilmentId, { carrier, trackingNumber, at: now().toISOString() })
  if (order === before) return order
  await saveOrders(tx, [order])
  const { version } = order
  emit(tx, orderShipped, { orderId: id, fulfilmentId, carrier, trackingNumber, order }, { id, version })
  return order
}
