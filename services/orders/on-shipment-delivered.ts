import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { shipmentDelivered } from '@rialto/shipping/contract'
import type { Order } from './contract.ts'
import { sayDelivered } from './deliver-fulfilment.ts'
import { deliver } from './fulfil.ts'
import { hear } from './hear.ts'

/** The carrier has handed the parcel over. */
export async function onShipmentDelivered(
  { data, at }: Message<Static<typeof shipmentDelivered.schema>>,
  context: TransactionContext<unknown>,
): Promise<void> {
  const { orderId, fulfilmentId } = data
  const change = (order: Order) => {
    const shipped = order.fulfilments.some(({ id, status }) => id === fulfilmentId && status === 'shipped')
    return shipped ? sayDelivered(context.tx, deliver(order, fulfilmentId, at)) : order
  }
  hear(context, { id: orderId, change })
}
