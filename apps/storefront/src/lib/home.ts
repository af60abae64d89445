import type { Hit } from '@rialto/search/contract'
import { type CategoryInfo, childrenOf, departments, readCategories } from './categories.ts'
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
  const row = hits.slice(0, rowLength)
  const others = [...(popular?.items ?? []), ...hits].filter((hit) =>
    row.every(({ productId }) => productId !== hit.productId),
  )
  return {
    departments: tops,
    newest: row,
    reduced: pickReduced(others).slice(0, rowLength),
    heroes: pickHeroes(categories ?? [], hits),
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

/** Pictures of narrower categories, each of another department; of products where there are none. */
function pickHeroes(categories: readonly CategoryInfo[], hits: readonly Hit[]) {
  const tops = departments(categories)
  const used = new Set(tops.map(({ imageUrl }) => imageUrl))
  const inside = tops.map(({ id }) => {
    const fresh = childrenOf(categories, id).filter(({ imageUrl }) => imageUrl && !used.has(imageUrl))
    return fresh.at(-1)
  })
  const pictured = [...inside, ...hits].filter((one) => one?.imageUrl !== undefined)
  return pictured.slice(0, 6).map((one) => ({ imageUrl: one?.imageUrl, handle: one?.handle ?? '' }))
}
