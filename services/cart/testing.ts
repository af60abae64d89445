import { newId } from '@rialto/kit/id'
import type { Order } from '@rialto/orders/contract'

/** Somebody who has not signed in. */
export function guest() {
  return { kind: 'guest' as const, id: newId('guest') }
}

/** How many of which variant. */
export function quantitiesOf({ items }: { items: readonly { variantId: string; quantity: number }[] }) {
  return Object.fromEntries(items.map(({ variantId, quantity }) => [variantId, quantity]))
}

/** What cart hears of an order. */
export function order(
  cartId: string,
  ownerId: string,
  lines: { variantId: string; quantity: number }[],
  coupons: string[],
) {
  const [orderId, checkoutId] = [newId('ord'), newId('chk')]
  return {
    orderId,
    checkoutId,
    cartId,
    order: { id: orderId, checkoutId, ownerId, lines, coupons } as unknown as Order,
  }
}
