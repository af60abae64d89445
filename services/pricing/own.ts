import type { VariantPrice } from './quote.ts'
import type { Rulebook } from './rulebook.ts'
import type { Shop } from './shop.ts'

/** What every handler of pricing finds in its context. */
export interface Own {
  readonly shop: Shop
  readonly rulebook: Rulebook
  readonly pricesOf: (variantIds: readonly string[]) => Promise<VariantPrice[]>
}
