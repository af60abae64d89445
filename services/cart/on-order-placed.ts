import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import type { orderPlaced } from '@rialto/orders/contract'
import { cartIdOf } from './cart.ts'
import { heirOf, takeOut } from './cart-store.ts'

/** What was bought leaves the cart; what was added meanwhile stays. */
export async function onOrderPlaced(
  { data }: Message<Static<typeof orderPlaced.schema>>,
  { tx, now }: TransactionContext,
): Promise<void> {
  const { cartId, order } = data
  if (await takeOut(tx, cartId, order, now())) return
  // Who signed in while paying, or since, has the things in the customer's cart by now.
  const heir = cartIdOf((await heirOf(tx, cartId)) ?? order.ownerId)
  if (heir !== cartId) await takeOut(tx, heir, order, now())
}
