import type { WriteHandler } from '@rialto/kit/service'
import { removeLines } from './cart-store.ts'
import type { cart } from './contract.ts'
import { openCart } from './load-cart.ts'

export const clearCart: WriteHandler<typeof cart.clearCart, unknown, null> = async (_input, context) => {
  const { id } = await openCart(context)
  await removeLines(context.tx, id)
  return null
}
