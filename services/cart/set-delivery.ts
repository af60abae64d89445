import type { WriteHandler } from '@rialto/kit/service'
import { changeDelivery, type StoredCart } from './cart.ts'
import { saveDelivery } from './cart-store.ts'
import type { cart } from './contract.ts'
import { openCart } from './load-cart.ts'

export const setDelivery: WriteHandler<typeof cart.setDelivery, unknown, StoredCart> = async (
  change,
  context,
) => {
  const open = await openCart(context)
  return saveDelivery(context.tx, open.id, changeDelivery(open, change))
}
