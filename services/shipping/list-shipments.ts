import type { Handler } from '@rialto/kit/service'
import type { shipping } from './contract.ts'
import { shipmentsOf } from './shipment-store.ts'

export const listShipments: Handler<typeof shipping.listShipments> = async ({ orderId }, { database }) => ({
  items: await shipmentsOf(database, orderId),
})
