import type { Quote, QuoteRequest } from './contract.ts'
import { hint, refusal } from './offer-words.ts'
import type { Offer } from './promotion.ts'
import { type Reducible, type ReducibleLine, reduceAll, type Verdict } from './reduce.ts'
import { rateFor, standardClass, type TaxRates, taxed } from './tax.ts'

/** The list price of a variant and what promotions and taxes ask about it. */
export interface VariantPrice {
  readonly variantId: string
  readonly productId: string
  readonly categoryIds: readonly string[]
  readonly price: number
  readonly compareAt: number | null
  readonly currency: string
  readonly taxClass: string
}

export interface Facts {
  readonly prices: readonly VariantPrice[]
  /** Those for every cart, and those of the entered coupons. */
  readonly offers: readonly Offer[]
  readonly rates: TaxRates
  readonly pricesIncludeTax: boolean
  /** Whose taxes apply as long as the shopper's country is not known. */
  readonly homeCountry: string
  readonly now: Date
}

/** Hints at most; more would be noise. */
const hintsLimit = 3

/** Prices a request. The same request and facts give the same quote, whatever the order of the lines. */
export function quote(request: QuoteRequest, facts: Facts): Quote {
  const { currency } = request
  const { lines, missing } = priced(request, facts.prices)
  const delivery = deliveryOf(request)
  // In an order of their own, so that odd cents fall on the same lines however the cart was filled.
  const canonical = lines.toSorted((a, b) =>
    a.variantId === b.variantId ? a.quantity - b.quantity : a.variantId < b.variantId ? -1 : 1,
  )
  const offers = facts.offers.filter(
    ({ coupon }) => coupon === undefined || entered(request).includes(coupon),
  )
  const verdicts = reduceAll(offers, canonical, delivery, { currency, now: facts.now })
  const country = request.country ?? facts.homeCountry
  const tax = (amount: number, taxClass: string) =>
    taxed(amount, rateFor(facts.rates, country, taxClass), facts.pricesIncludeTax)
  const quoted = lines.map(({ left, taxClass, productId: _, categoryIds: __, ...line }) => ({
    ...line,
    ...tax(left, taxClass),
  }))
  const delivered = delivery && {
    price: delivery.price,
    adjustments: delivery.adjustments,
    ...tax(delivery.left, standardClass),
  }
  return {
    currency,
    pricesIncludeTax: facts.pricesIncludeTax,
    lines: quoted,
    ...(delivered && { delivery: delivered }),
    coupons: coupons(request, verdicts),
    hints: lines.length > 0 ? hints(verdicts, currency) : [],
    missing,
    ...totals(quoted, delivered),
  }
}

/** The entered codes as they are kept: in capitals, each once. */
export function entered({ coupons = [] }: Pick<QuoteRequest, 'coupons'>): string[] {
  return [...new Set(coupons.map((code) => code.trim().toUpperCase()))]
}

type Line = ReducibleLine & { variantId: string; compareAtPrice?: number; taxClass: string }

function priced({ currency, lines }: QuoteRequest, prices: readonly VariantPrice[]) {
  const known = new Map(prices.filter((price) => price.currency === currency).map((p) => [p.variantId, p]))
  const missing = new Set<string>()
  const found: Line[] = []
  for (const { variantId, quantity } of lines) {
    const variant = known.get(variantId)
    if (!variant) {
      missing.add(variantId)
      continue
    }
    const { price: unitPrice, compareAt, productId, categoryIds, taxClass } = variant
    const subtotal = unitPrice * quantity
    const reduced = compareAt !== null && compareAt > unitPrice && { compareAtPrice: compareAt }
    const base = { variantId, quantity, unitPrice, ...reduced, subtotal, adjustments: [], left: subtotal }
    found.push({ ...base, productId, categoryIds, taxClass })
  }
  return { lines: found, missing: [...missing] }
}

function deliveryOf({ deliveryPrice: price }: QuoteRequest): (Reducible & { price: number }) | undefined {
  return price === undefined ? undefined : { price, left: price, adjustments: [] }
}

function coupons(request: QuoteRequest, verdicts: readonly Verdict[]): Quote['coupons'] {
  const byCode = new Map(verdicts.map((verdict) => [verdict.offer.coupon, verdict]))
  return entered(request).map((code) => {
    const verdict = byCode.get(code)
    const obstacle = verdict ? verdict.obstacle : ({ kind: 'unknown' } as const)
    if (!obstacle) return { code, applied: true }
    return { code, applied: false, reason: refusal(obstacle, request.currency) }
  })
}

function hints(verdicts: readonly Verdict[], currency: string): string[] {
  return verdicts
    .filter(({ offer }) => offer.coupon === undefined)
    .flatMap(({ offer, obstacle }) => (obstacle && hint(offer, obstacle, currency)) ?? [])
    .slice(0, hintsLimit)
}

function totals(lines: Quote['lines'], delivery: Quote['delivery']) {
  const all = delivery ? [...lines, delivery] : lines
  const adjustments = all.flatMap((item) => item.adjustments)
  return {
    subtotal: sum(lines.map((line) => line.subtotal)),
    discount: sum(adjustments.map(({ amount }) => amount)),
    deliveryTotal: delivery?.total ?? 0,
    tax: sum(all.map(({ tax }) => tax)),
    total: sum(all.map(({ total }) => total)),
  }
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, amount) => all + amount, 0)
}
