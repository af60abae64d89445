import type { WriteHandler } from '@rialto/kit/service'
import { changeDelivery } from './cart.ts'
import { saveDelivery } from './cart-store.ts'
import type { cart } from './contract.ts'
import { openCart } from './load-cart.ts'

export const setDelivery: WriteHandler<typeof cart.setDelivery, unknown, null> = async (change, context) => {
  const open = await openCart(context)
  await saveDelivery(context.tx, open.id, changeDelivery(open, change))
  return null
}
