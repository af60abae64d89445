import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import { type Order, orderChanged } from './contract.ts'
import { updateOrders } from './order-store.ts'

/** Writes changed orders, which are locked, and says of each that it has changed. */
export async function saveOrders(tx: Tx, orders: readonly Order[]): Promise<void> {
  await updateOrders(tx, orders)
  sayChanged(tx, orders)
}

export function sayChanged(tx: Tx, orders: readonly Order[]): void {
  for (const { id, version, status, paymentStatus, fulfilmentStatus } of orders) {
    const data = { orderId: id, version, status, paymentStatus, fulfilmentStatus }
    emit(tx, orderChanged, data, { id, version })
  }
}
