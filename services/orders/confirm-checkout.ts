import { randomBytes } from 'node:crypto'
import { emit } from '@rialto/kit/outbox'
import type { Context } from '@rialto/kit/service'
import { captureWatchMs } from './alarm.ts'
import type { Checkout } from './checkout-store.ts'
import { orderPlaced } from './contract.ts'
import { placeOrder } from './order.ts'
import { orderNumber } from './order-number.ts'
import { insertOrder } from './order-store.ts'

/**
 * The one moment at which a paid checkout becomes an order: order, confirmation and the news of it are one
 * transaction. Undefined when somebody else has moved the checkout meanwhile.
 */
export async function confirmCheckout(
  checkout: Checkout,
  { database, now, newId }: Pick<Context, 'database' | 'now' | 'newId'>,
): Promise<Checkout | undefined> {
  const { id: checkoutId, ownerId, captured, draft } = checkout
  const at = now().toISOString()
  const order = placeOrder(draft, {
    id: newId('ord'),
    number: orderNumber(randomBytes(5)),
    checkoutId,
    ownerId,
    captured,
    at,
  })
  // Until the money is known to be charged, the checkout is watched on.
  const wakeAt = captured >= order.total ? null : new Date(Date.parse(at) + captureWatchMs)
  const placed = await database.sharedTransaction(checkoutId, async (tx) => {
    if (!(await insertOrder(tx, order, checkout, wakeAt))) return false
    const data = { orderId: order.id, checkoutId, cartId: draft.cartId, order }
    emit(tx, orderPlaced, data, { id: order.id, version: order.version })
    return true
  })
  if (!placed) return undefined
  const { id: orderId, number } = order
  const version = checkout.version + 1
  return {
    ...checkout,
    step: 'confirmed',
    orderId,
    orderNumber: number,
    wakeAt: wakeAt?.toISOString() ?? null,
    version,
  }
}
