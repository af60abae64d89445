import type { WriteHandler } from '@rialto/kit/service'
import { normalCoupon } from './cart.ts'
import { saveCoupons } from './cart-store.ts'
import type { cart } from './contract.ts'
import { openCart } from './load-cart.ts'

export const removeCoupon: WriteHandler<typeof cart.removeCoupon, unknown, null> = async (
  { code },
  context,
) => {
  const { id, coupons } = await openCart(context)
  const removed = normalCoupon(code)
  const kept = coupons.filter((one) => one !== removed)
  await saveCoupons(context.tx, id, kept)
  return null
}
