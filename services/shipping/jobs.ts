import { job } from '@rialto/kit/message'
import { Id, Type } from '@rialto/kit/schema'

/** `asked`: how often the carrier has been asked before. */
export const trackShipment = job(
  'track-shipment',
  Type.Object({ shipmentId: Id('shp'), asked: Type.Integer({ minimum: 0 }) }),
)

export const packSandboxOrder = job('pack-sandbox-order', Type.Object({ orderId: Id('ord') }))
