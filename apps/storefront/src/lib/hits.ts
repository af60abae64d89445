import { catalog, type Product } from '@rialto/catalog/contract'
import { inventory } from '@rialto/inventory/contract'
import type { Input } from '@rialto/kit/contract'
import type { Static } from '@rialto/kit/schema'
import { type Hit, type SearchResult, search } from '@rialto/search/contract'
import { isAway, unlessAway } from './problems.ts'

export type ProductInfo = Static<typeof Product>
type SearchInput = Input<typeof search.searchProducts>

export interface Found extends SearchResult {
  /** Set while search is away: the list comes from the catalog, without filters. */
  readonly plain?: boolean
}

/** Finds products; while search is away the catalog's own list stands in. */
export async function findProducts(
  { call }: App.Locals,
  input: SearchInput,
  categoryId?: string,
): Promise<Found> {
  try {
    return await call(search.searchProducts, input)
  } catch (error) {
    if (!isAway(error)) throw error
  }
  const { items, next } = await call(catalog.listProducts, {
    status: 'active',
    ...(input.limit !== undefined && { limit: input.limit }),
    ...(input.after !== undefined && { after: input.after }),
    ...(categoryId !== undefined && { categoryId }),
    ...(input.q && { title: input.q }),
  })
  const hits = items.map(hitOf)
  return { items: hits, total: hits.length, facets: [], categories: [], plain: true, ...(next && { next }) }
}

function hitOf(product: ProductInfo): Hit {
  const prices = product.variants.map(({ price }) => price.amount).sort((a, b) => a - b)
  const [first] = product.variants
  const currency = first?.price.currency ?? 'EUR'
  const [lowest = 0, highest = lowest] = [prices[0], prices.at(-1)]
  const [picture] = product.media
  return {
    productId: product.id,
    handle: product.handle,
    title: product.title,
    vendor: product.vendor,
    ...(picture && { imageUrl: picture.url, imageAlt: picture.alt }),
    price: { amount: lowest, currency },
    ...(highest > lowest && { priceTo: { amount: highest, currency } }),
    // The list does not know the stock; the product page does.
    availability: 'in-stock',
    variantCount: product.variants.length,
    ...(product.variants.length === 1 && first && { variantId: first.id }),
  }
}

export interface Stock {
  readonly state: 'in-stock' | 'low' | 'out' | 'unknown'
  readonly available: number
}

const stockBatch = 100

/** The stock of up to 100 variants by id; empty while inventory is away, so that browsing goes on. */
export async function readStock(
  { call }: App.Locals,
  variantIds: readonly string[],
): Promise<Map<string, Stock>> {
  const ids = variantIds.slice(0, stockBatch)
  if (ids.length === 0) return new Map()
  const reply = await unlessAway(call(inventory.getAvailability, { variantIds: ids }))
  return new Map(reply?.items.map(({ variantId, state, available }) => [variantId, { state, available }]))
}
