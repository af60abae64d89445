import { newId } from '@rialto/kit/id'
import type { Static } from '@rialto/kit/schema'
import type { Order, orderPlaced } from '@rialto/orders/contract'
import type { Line } from './reservation.ts'

export type Placed = Static<typeof orderPlaced.schema>

/** An order for tests, as its events carry it. */
export function placed(checkoutId: string, lines: readonly Line[]): Placed & { lines: Line[] } {
  const orderId = newId('ord')
  const order = { id: orderId, checkoutId, lines: [...lines] } as unknown as Order
  return { orderId, checkoutId, cartId: newId('cart'), order, lines: [...lines] }
}
