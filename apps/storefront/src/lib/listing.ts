import { decimal, digits } from '@rialto/kit/money'

/** What a shopper asked of a list, as the address says it. */
export interface ListingQuery {
  readonly q: string
  /** `Name:Value` of a facet. */
  readonly filters: readonly string[]
  /** As typed, in major units. */
  readonly min: string
  readonly max: string
  readonly inStock: boolean
  readonly sort: Sort
  readonly after: string | undefined
}

export const sorts = ['relevance', 'newest', 'price-ascending', 'price-descending', 'best-selling'] as const
export type Sort = (typeof sorts)[number]

export const sortNames: Record<Sort, string> = {
  relevance: 'Best match',
  newest: 'Newest',
  'best-selling': 'Best selling',
  'price-ascending': 'Price, low to high',
  'price-descending': 'Price, high to low',
}

const filtersLimit = 50

export function parseListing(params: URLSearchParams, defaultSort: Sort): ListingQuery {
  const sort = params.get('sort')
  return {
    q: (params.get('q') ?? '').trim().slice(0, 200),
    filters: [...new Set(params.getAll('f'))]
      .filter((f) => /^[^:]{1,100}:.{1,500}$/.test(f))
      .slice(0, filtersLimit),
    min: (params.get('min') ?? '').trim().slice(0, 20),
    max: (params.get('max') ?? '').trim().slice(0, 20),
    inStock: params.has('stock'),
    sort: sorts.find((known) => known === sort) ?? defaultSort,
    after: params.get('after')?.slice(0, 200) || undefined,
  }
}

/** The address of a list with some of the query changed; a change of the filters begins at the first page. */
export function listingHref(
  path: string,
  query: ListingQuery,
  defaultSort: Sort,
  change: Partial<ListingQuery> = {},
): string {
  const wanted = { ...query, after: undefined, ...change }
  const params = new URLSearchParams()
  if (wanted.q) params.set('q', wanted.q)
  for (const filter of wanted.filters) params.append('f', filter)
  if (wanted.min) params.set('min', wanted.min)
  if (wanted.max) params.set('max', wanted.max)
  if (wanted.inStock) params.set('stock', '1')
  if (wanted.sort !== defaultSort) params.set('sort', wanted.sort)
  if (wanted.after) params.set('after', wanted.after)
  return params.size > 0 ? `${path}?${params}` : path
}

/** `12.50` or `12,5` as minor units of the currency; undefined when it is no amount. */
export function minorUnits(typed: string, currency: string): number | undefined {
  const match = /^(\d{1,10})(?:[.,](\d{1,3}))?$/.exec(typed)
  if (!match) return undefined
  const places = digits(currency)
  const fraction = (match[2] ?? '').padEnd(places, '0').slice(0, places)
  return Number(`${match[1]}${fraction}`)
}

/** Minor units as one types them: `12.5` is `12.50`, a whole number stays whole. */
export function majorUnits(amount: number, currency: string): string {
  return decimal({ amount, currency }).replace(/\.0+$/, '')
}

export interface Chip {
  readonly label: string
  readonly href: string
}

/** One chip for each filter that is on; its address is the list without it. */
export function activeChips(path: string, query: ListingQuery, defaultSort: Sort): Chip[] {
  const without = (change: Partial<ListingQuery>) => listingHref(path, query, defaultSort, change)
  const chips = query.filters.map((filter) => ({
    label: filter.replace(':', ': '),
    href: without({ filters: query.filters.filter((other) => other !== filter) }),
  }))
  if (query.min || query.max) {
    const label = query.max ? `Price ${query.min || '0'} – ${query.max}` : `Price from ${query.min}`
    chips.push({ label, href: without({ min: '', max: '' }) })
  }
  if (query.inStock) chips.push({ label: 'In stock', href: without({ inStock: false }) })
  return chips
}
