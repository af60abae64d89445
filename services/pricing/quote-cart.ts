import type { Handler } from '@rialto/kit/service'
import type { pricing } from './contract.ts'
import type { Own } from './own.ts'
import { loadCoupons } from './promotion-store.ts'
import { entered, quote } from './quote.ts'

/** Without coupons this is one statement: whoever browses or buys comes through here again and again. */
export const quoteCart: Handler<typeof pricing.quote, Own> = async (request, { database, own, now }) => {
  const { shop, rulebook } = own
  const at = now()
  const codes = entered(request)
  const [prices, { promotions, rates }, coupons] = await Promise.all([
    own.pricesOf(request.lines.map(({ variantId }) => variantId)),
    rulebook.read(database, at),
    codes.length > 0 ? loadCoupons(database, codes, request.shopperId) : [],
  ])
  const { pricesIncludeTax, homeCountry } = shop
  const offers = [...promotions, ...coupons]
  return quote(request, { prices, offers, rates, pricesIncludeTax, homeCountry, now: at })
}
