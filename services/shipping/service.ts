import { inTransaction, on, perform, service } from '@rialto/kit/service'
import { orderDelivered, orderPlaced, orderShipped } from '@rialto/orders/contract'
import { shipping } from './contract.ts'
import { createDeliveryMethod } from './create-delivery-method.ts'
import { packSandboxOrder, trackShipment } from './jobs.ts'
import { listDeliveryMethods } from './list-delivery-methods.ts'
import { listDeliveryOptions } from './list-delivery-options.ts'
import { listShipments } from './list-shipments.ts'
import { onOrderDelivered } from './on-order-delivered.ts'
import { onOrderPlaced } from './on-order-placed.ts'
import { onOrderShipped } from './on-order-shipped.ts'
import { config, ownOf } from './own.ts'
import { packAndShip } from './pack-sandbox-order.ts'
import { prepare } from './prepare.ts'
import { removeDeliveryMethod } from './remove-delivery-method.ts'
import { replaceDeliveryMethod } from './replace-delivery-method.ts'
import { askCarrier } from './track-shipment.ts'

export default service(shipping, {
  directory: import.meta.dirname,
  config,
  open: ({ config: settings }) => ownOf(settings),
  routes: {
    listDeliveryOptions,
    listDeliveryMethods,
    createDeliveryMethod: inTransaction(createDeliveryMethod),
    replaceDeliveryMethod: inTransaction(replaceDeliveryMethod),
    removeDeliveryMethod: inTransaction(removeDeliveryMethod),
    listShipments,
  },
  hears: [
    on(orderPlaced, onOrderPlaced),
    on(orderShipped, onOrderShipped),
    on(orderDelivered, onOrderDelivered),
  ],
  jobs: [perform(trackShipment, askCarrier), perform(packSandboxOrder, packAndShip)],
  prepare,
})
