import type { Hit } from '@rialto/search/contract'
import { type CategoryInfo, departments, readCategories } from './categories.ts'
import { findProducts } from './hits.ts'
import { unlessAway } from './problems.ts'

const rowLength = 8

/** What the home page shows. Any part of it may be away; the others stay. */
export async function readHome(locals: App.Locals) {
  const [categories, newest, popular] = await Promise.all([
    unlessAway(readCategories(locals)),
    unlessAway(findProducts(locals, { sort: 'newest', limit: 60, facets: false })),
    unlessAway(findProducts(locals, { sort: 'best-selling', limit: 60, facets: false })),
  ])
  const hits = newest?.items ?? []
  const tops = departments(categories ?? [])
  return {
    departments: tops,
    newest: hits.slice(0, rowLength),
    reduced: pickReduced([...(popular?.items ?? []), ...hits]).slice(0, rowLength),
    heroes: pickHeroes(tops, hits),
  }
}

/** Of each product once, those that cost more before. */
export function pickReduced(hits: readonly Hit[]): Hit[] {
  const unique = new Map(hits.map((hit) => [hit.productId, hit]))
  return [...unique.values()].filter(
    ({ price, compareAtPrice, availability }) =>
      availability !== 'out' && (compareAtPrice?.amount ?? 0) > price.amount,
  )
}

function pickHeroes(tops: readonly CategoryInfo[], hits: readonly Hit[]) {
  const pictured = [...tops, ...hits].filter(({ imageUrl }) => imageUrl !== undefined)
  return pictured.slice(0, 6).map(({ imageUrl, handle }) => ({ imageUrl, handle }))
}
