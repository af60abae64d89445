import type { WriteHandler } from '@rialto/kit/service'
import { couponUnusable, type pricing } from './contract.ts'
import { refusal } from './offer-words.ts'
import type { Own } from './own.ts'
import { unusable } from './promotion.ts'
import { lockCoupons } from './promotion-store.ts'
import { entered } from './quote.ts'
import { beginRedemption, countUses } from './redemption-store.ts'

/** Counts all coupons of a checkout, or none. */
export const redeemCoupons: WriteHandler<typeof pricing.redeemCoupons, Own> = async (
  { checkoutId, codes, shopperId },
  { tx, now, own },
) => {
  const wanted = entered({ coupons: codes })
  const [first] = wanted
  if (first === undefined) return null
  const before = await beginRedemption(tx, checkoutId)
  if (before === 'redeemed') return null
  if (before === 'released') {
    throw couponUnusable('The checkout has ended and its coupons were given back.', { coupon: first })
  }
  const offers = await lockCoupons(tx, wanted, shopperId)
  for (const code of wanted) {
    const offer = offers.find(({ coupon }) => coupon === code)
    const obstacle = offer ? unusable(offer, now()) : ({ kind: 'unknown' } as const)
    if (obstacle) throw couponUnusable(`${code}: ${refusal(obstacle, own.shop.currency)}`, { coupon: code })
  }
  await countUses(
    tx,
    checkoutId,
    shopperId,
    offers.map(({ id }) => id),
  )
  return null
}
