import type { CategoryInfo } from './categories.ts'
import { type Found, findProducts } from './hits.ts'
import { type ListingQuery, minorUnits } from './listing.ts'

const pageSize = 24

export interface ListingPlace {
  /** Path of the page. */
  readonly path: string
  readonly category?: CategoryInfo
  readonly currency: string
}

/** Reads one page of a list with its facets. */
export function readListing(
  locals: App.Locals,
  { category, currency }: ListingPlace,
  query: ListingQuery,
): Promise<Found> {
  const [minPrice, maxPrice] = [minorUnits(query.min, currency), minorUnits(query.max, currency)]
  const input = {
    limit: pageSize,
    sort: query.sort,
    ...(query.q && { q: query.q }),
    ...(category && { category: category.handle }),
    ...(query.filters.length > 0 && { filters: [...query.filters] }),
    ...(minPrice !== undefined && { minPrice }),
    ...(maxPrice !== undefined && { maxPrice }),
    ...(query.inStock && { inStock: true }),
    ...(query.after !== undefined && { after: query.after }),
  }
  return findProducts(locals, input, category?.id)
}
