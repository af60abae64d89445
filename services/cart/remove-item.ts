import type { WriteHandler } from '@rialto/kit/service'
import { removeLine } from './cart-store.ts'
import type { cart } from './contract.ts'
import { openCart } from './load-cart.ts'

export const removeItem: WriteHandler<typeof cart.removeItem, unknown, null> = async (
  { variantId },
  context,
) => {
  const { id } = await openCart(context)
  await removeLine(context.tx, id, variantId)
  return null
}
