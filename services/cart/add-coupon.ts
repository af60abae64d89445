import type { WriteHandler } from '@rialto/kit/service'
import { couponLimit, normalCoupon } from './cart.ts'
import { saveCoupons } from './cart-store.ts'
import { type cart, cartFull } from './contract.ts'
import { openCart } from './load-cart.ts'

/** Keeps the code. Whether it applies, and if not why, is said by the quote, as that can change. */
export const addCoupon: WriteHandler<typeof cart.addCoupon, unknown, null> = async ({ code }, context) => {
  const { id, coupons } = await openCart(context)
  const entered = normalCoupon(code)
  if (entered === '' || coupons.includes(entered)) return null
  if (coupons.length >= couponLimit) throw cartFull(`A cart takes ${couponLimit} coupons. Remove one first.`)
  await saveCoupons(context.tx, id, [...coupons, entered])
  return null
}
