import type { Promotion } from './contract.ts'

/** A promotion and how often the present shopper has used it. */
export interface Offer extends Promotion {
  readonly usedByShopper: number
}

/** A line of a cart with what promotions look at. */
export interface OfferedLine {
  readonly productId: string
  /** The categories of the product and all above them. */
  readonly categoryIds: readonly string[]
  readonly quantity: number
  /** List price × quantity. */
  readonly subtotal: number
}

export interface Situation {
  readonly currency: string
  readonly now: Date
}

/** Why a promotion does not apply. */
export type Obstacle =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not-yet'; readonly from: string }
  | { readonly kind: 'ended'; readonly at: string }
  | { readonly kind: 'used-up' }
  | { readonly kind: 'used-by-shopper'; readonly times: number }
  | { readonly kind: 'other-currency'; readonly currency: string }
  | { readonly kind: 'nothing-eligible' }
  | { readonly kind: 'subtotal'; readonly missing: number; readonly minimum: number }
  | { readonly kind: 'quantity'; readonly missing: number; readonly minimum: number }
  | { readonly kind: 'not-combinable'; readonly label: string }
  | { readonly kind: 'delivery-free' }
  | { readonly kind: 'nothing-left' }

/** The order in which promotions are tried: higher priority first, else the older one. */
export function byPriority(a: Promotion, b: Promotion): number {
  return (b.priority ?? 0) - (a.priority ?? 0) || (a.id < b.id ? -1 : 1)
}

/** Whether the promotion may be used at all, whatever is in the cart; also asked when it is redeemed. */
export function unusable(offer: Offer, now: Date): Obstacle | undefined {
  const { startsAt, endsAt, used, usedByShopper } = offer
  if (startsAt !== undefined && now.getTime() < Date.parse(startsAt))
    return { kind: 'not-yet', from: startsAt }
  if (endsAt !== undefined && now.getTime() >= Date.parse(endsAt)) return { kind: 'ended', at: endsAt }
  if (used >= (offer.usageLimit ?? Number.POSITIVE_INFINITY)) return { kind: 'used-up' }
  if (usedByShopper >= (offer.usageLimitPerShopper ?? Number.POSITIVE_INFINITY)) {
    return { kind: 'used-by-shopper', times: usedByShopper }
  }
  return undefined
}

/** The lines that the promotion reduces: of its products and in its categories, where it names any. */
export function eligible<Line extends OfferedLine>(offer: Promotion, lines: readonly Line[]): Line[] {
  const { productIds = [], categoryIds = [] } = offer
  if (productIds.length === 0 && categoryIds.length === 0) return [...lines]
  const products = new Set(productIds)
  const categories = new Set(categoryIds)
  return lines.filter(
    (line) =>
      (products.size === 0 || products.has(line.productId)) &&
      (categories.size === 0 || line.categoryIds.some((id) => categories.has(id))),
  )
}

/**
 * What stands between the promotion and these eligible lines. Minimums count list prices, before any
 * reduction, so that one promotion never takes the ground from under another.
 */
export function obstacle(
  offer: Offer,
  lines: readonly OfferedLine[],
  { currency, now }: Situation,
): Obstacle | undefined {
  const { minimumSubtotal, minimumQuantity = 0, action } = offer
  const barred = unusable(offer, now)
  if (barred) return barred
  for (const amount of [minimumSubtotal, action.kind === 'fixed' ? action.amount : undefined]) {
    if (amount && amount.currency !== currency) return { kind: 'other-currency', currency }
  }
  if (lines.length === 0) return { kind: 'nothing-eligible' }
  const minimum = minimumSubtotal?.amount ?? 0
  const subtotal = lines.reduce((sum, line) => sum + line.subtotal, 0)
  if (subtotal < minimum) return { kind: 'subtotal', missing: minimum - subtotal, minimum }
  const wanted = Math.max(minimumQuantity, action.kind === 'buy-x-get-y' ? action.buy + 1 : 0)
  const quantity = lines.reduce((sum, line) => sum + line.quantity, 0)
  if (quantity < wanted) return { kind: 'quantity', missing: wanted - quantity, minimum: wanted }
  return undefined
}
