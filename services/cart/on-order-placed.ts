import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderPlaced } from '@rialto/orders/contract'
import { cartIdOf } from './cart.ts'
import { heirOf, type Purchase, takeOut } from './cart-store.ts'

interface Ordered extends Purchase {
  readonly ownerId: string
}

const gathered = new WeakMap<TransactionContext['tx'], Ordered[]>()

/**
 * What was bought leaves the cart; what was added meanwhile stays. Several orders may share one transaction: they are
 * taken out together before its commit.
 */
export async function onOrderPlaced(
  { data: { cartId, order } }: Message<Static<typeof orderPlaced.schema>>,
  { tx, now }: TransactionContext,
): Promise<void> {
  const { ownerId, lines, coupons } = order
  const known = gathered.get(tx)
  const orders = known ?? []
  orders.push({ cartId, ownerId, lines, coupons })
  if (known) return
  gathered.set(tx, orders)
  tx.beforeCommit(() => takeAllOut(tx, orders, now()))
}

async function takeAllOut(
  tx: TransactionContext['tx'],
  orders: readonly Ordered[],
  now: Date,
): Promise<void> {
  const found = await takeOut(tx, perCart(orders), now)
  const moved: Ordered[] = []
  for (const order of orders) {
    if (found.has(order.cartId)) continue
    // Who signed in while paying, or since, has the things in the customer's cart by now.
    const heir = cartIdOf((await heirOf(tx, order.cartId)) ?? order.ownerId)
    if (heir !== order.cartId) moved.push({ ...order, cartId: heir })
  }
  if (moved.length > 0) await takeOut(tx, perCart(moved), now)
}

function perCart(orders: readonly Ordered[]): Purchase[] {
  return [...Map.groupBy(orders, ({ cartId }) => cartId)].map(([cartId, of]) => ({
    cartId,
    lines: of.flatMap(({ lines }) => lines.map(({ variantId, quantity }) => ({ variantId, quantity }))),
    coupons: of.flatMap(({ coupons }) => coupons),
  }))
}
