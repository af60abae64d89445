import type { Message } from '@rialto/kit/message'
import { emit, schedule } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderShipped } from '@rialto/orders/contract'
import { carrierOf } from './carrier.ts'
import { shipmentCreated } from './contract.ts'
import { trackShipment } from './jobs.ts'
import type { Own } from './own.ts'
import { insertShipment } from './shipment-store.ts'

export async function onOrderShipped(
  { data }: Message<Static<typeof orderShipped.schema>>,
  { tx, now, newId, own }: TransactionContext<Own>,
): Promise<void> {
  const { orderId, fulfilmentId, carrier, trackingNumber } = data
  const id = newId('shp')
  const createdAt = now().toISOString()
  const shipment = {
    id,
    orderId,
    fulfilmentId,
    carrier,
    trackingNumber,
    status: 'created',
    createdAt,
  } as const
  if (!(await insertShipment(tx, shipment))) return
  emit(tx, shipmentCreated, { shipmentId: id, orderId, fulfilmentId }, { id, version: 1 })
  if (carrierOf(own.carriers, carrier)) schedule(tx, trackShipment, { shipmentId: id, asked: 0 })
}
