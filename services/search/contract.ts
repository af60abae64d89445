import { contract, event } from '@rialto/kit/contract'
import { Empty, entity, Id, Link, Money, oneOf, paging, type Static, Text, Type } from '@rialto/kit/schema'

export const availabilityStates = ['in-stock', 'low', 'out'] as const

export const Hit = entity(
  'SearchHit',
  {
    productId: Link('prod'),
    handle: Type.String(),
    title: Type.String(),
    vendor: Type.String(),
    imageUrl: Type.Optional(Type.String()),
    imageAlt: Type.Optional(Type.String()),
    price: Money,
    priceTo: Type.Optional(Money),
    compareAtPrice: Type.Optional(Money),
    availability: oneOf(availabilityStates, { title: 'AvailabilityState' }),
    variantCount: Type.Integer(),
    variantId: Type.Optional(Link('var')),
  },
  'A product as lists show it: from `price` to `priceTo` where variants differ; `variantId` when there is only one.',
)
export type Hit = Static<typeof Hit>

export const Facet = entity('Facet', {
  name: Type.String({ description: 'Name of the attribute or option, as in `filters`' }),
  values: Type.Array(Type.Object({ value: Type.String(), count: Type.Integer(), selected: Type.Boolean() })),
})

export const SearchResult = entity('SearchResult', {
  items: Type.Array(Hit),
  total: Type.Integer({ description: 'How many match, counted up to 1,000' }),
  facets: Type.Array(Facet),
  categories: Type.Array(
    Type.Object({ id: Id('cat'), name: Type.String(), handle: Type.String(), count: Type.Integer() }),
  ),
  priceRange: Type.Optional(Type.Object({ min: Money, max: Money })),
  didYouMean: Type.Optional(Type.String()),
  next: Type.Optional(Type.String()),
})
export type SearchResult = Static<typeof SearchResult>

/**
 * What a search shows is different now, so kept answers are stale. Search says it itself, as it takes changes in a
 * moment after others do. Popularity, which changes all the time, is not told of.
 */
export const listingChanged = event('listing.changed', 1, Type.Object({}))

export const search = contract(
  'search',
  { version: 1, summary: 'Finding products', events: [listingChanged] },
  {
    searchProducts: {
      method: 'GET',
      path: '/search',
      access: ['anyone', 'service'],
      summary: 'Search and filter products, with facets and their counts',
      query: Type.Object({
        ...paging,
        q: Type.Optional(Text(200, 0)),
        category: Type.Optional(
          Type.String({ maxLength: 200, description: 'Handle or id of a category; its subtree counts' }),
        ),
        filters: Type.Optional(
          Type.Array(Type.String({ pattern: '^[^:]{1,100}:.{1,500}$' }), {
            maxItems: 50,
            description: '`Name:Value`; values of one name are alternatives, names must all hold',
          }),
        ),
        minPrice: Type.Optional(Type.Integer({ minimum: 0, description: 'Minor units' })),
        maxPrice: Type.Optional(Type.Integer({ minimum: 0, description: 'Minor units' })),
        inStock: Type.Optional(Type.Boolean()),
        sort: Type.Optional(
          oneOf(['relevance', 'newest', 'price-ascending', 'price-descending', 'best-selling']),
        ),
        facets: Type.Optional(Type.Boolean({ default: true, description: 'Whether to count facets' })),
      }),
      reply: { 200: SearchResult },
      cache: { seconds: 30, tags: ['search'] },
    },
    suggest: {
      method: 'GET',
      path: '/search/suggestions',
      access: ['anyone', 'service'],
      summary: 'Complete what is being typed',
      query: Type.Object({
        q: Text(100),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 8 })),
      }),
      reply: {
        200: Type.Object({
          items: Type.Array(
            entity('Suggestion', {
              text: Type.String(),
              handle: Type.String(),
              imageUrl: Type.Optional(Type.String()),
            }),
          ),
        }),
      },
      cache: { seconds: 30, tags: ['search'] },
    },
    rebuildIndex: {
      method: 'POST',
      path: '/search/rebuild',
      access: 'staff:catalog',
      summary: 'Read the whole catalog anew into the index, without downtime',
      reply: { 202: Empty },
    },
  },
)
