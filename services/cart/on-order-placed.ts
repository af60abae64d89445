import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderPlaced } from '@rialto/orders/contract'
import { cartIdOf } from './cart.ts'
import { takeOut } from './cart-store.ts'

/** What was bought leaves the cart; what was added meanwhile stays. */
export async function onOrderPlaced(
  { data }: Message<Static<typeof orderPlaced.schema>>,
  { tx, now }: TransactionContext,
): Promise<void> {
  const { cartId, order } = data
  const found = await takeOut(tx, cartId, order, now())
  // Who signed in while paying has the items in the customer's cart by now.
  const ownersCart = cartIdOf(order.ownerId)
  if (!found && ownersCart !== cartId) await takeOut(tx, ownersCart, order, now())
}
