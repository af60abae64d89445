import type { Tx } from '@rialto/kit/database'
import type { Message } from '@rialto/kit/message'
import { emit, schedule } from '@rialto/kit/outbox'
import type { Context } from '@rialto/kit/service'
import { carrierOf } from './carrier.ts'
import type { Shipment } from './contract.ts'
import { trackShipment } from './jobs.ts'
import type { Own } from './own.ts'
import { movesBetween } from './shipment.ts'
import { findShipment, lockShipment, moveShipment } from './shipment-store.ts'

/** Asks the carrier where the parcel is, tells of the steps it made, and asks again when there will be news. */
export async function askCarrier(
  { data: { shipmentId, asked } }: Message<{ shipmentId: string; asked: number }>,
  { database, now, own }: Context<Own>,
): Promise<void> {
  const shipment = await findShipment(database, shipmentId)
  if (!shipment || shipment.status === 'delivered') return
  const tracking = await carrierOf(own.carriers, shipment.carrier)?.track(shipment, now())
  if (!tracking) return
  const { status, askAgainAt } = tracking
  await database.transaction(async (tx) => {
    await move(tx, shipmentId, status, now())
    if (!askAgainAt) return
    // The id keeps a job that runs twice from asking along two lines.
    const id = `track_${shipmentId}_${asked + 1}`
    schedule(tx, trackShipment, { shipmentId, asked: asked + 1 }, { at: askAgainAt, id })
  })
}

async function move(tx: Tx, id: string, to: Shipment['status'], now: Date): Promise<void> {
  const shipment = await lockShipment(tx, id)
  if (!shipment) return
  const { orderId, fulfilmentId } = shipment
  let { version } = shipment
  const moves = movesBetween(shipment.status, to)
  for (const { event } of moves) {
    version++
    emit(tx, event, { shipmentId: id, orderId, fulfilmentId }, { id, version })
  }
  if (moves.length === 0) return
  const deliveredAt = to === 'delivered' ? now.toISOString() : undefined
  await moveShipment(tx, { id, status: to, deliveredAt, version })
}
