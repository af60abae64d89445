import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderDelivered } from '@rialto/orders/contract'
import type { Shipment } from './contract.ts'
import { saveDelivered } from './shipment-store.ts'

/** Staff recorded an arrival at the order. Everyone was told by that event, so nothing is said here. */
export async function onOrderDelivered(
  { data }: Message<Static<typeof orderDelivered.schema>>,
  { tx, newId }: TransactionContext,
): Promise<void> {
  const { orderId, order } = data
  const arrived = order.fulfilments.flatMap((fulfilment): Shipment[] => {
    const { id: fulfilmentId, status, carrier, trackingNumber, packedAt, shippedAt, deliveredAt } = fulfilment
    if (status !== 'delivered' || carrier === undefined || trackingNumber === undefined) return []
    if (deliveredAt === undefined) return []
    const createdAt = shippedAt ?? packedAt
    return [
      { id: newId('shp'), orderId, fulfilmentId, carrier, trackingNumber, status, createdAt, deliveredAt },
    ]
  })
  if (arrived.length > 0) await saveDelivered(tx, arrived)
}
