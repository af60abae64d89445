import { pageOf } from '@rialto/kit/paging'
import type { Static } from '@rialto/kit/schema'
import type { Context, Handler } from '@rialto/kit/service'
import type { Facet, search } from './contract.ts'
import {
  type Counts,
  correctWords,
  countMatches,
  countTotal,
  findCategoryId,
  findHits,
  type Search,
} from './hit-store.ts'
import { askedWords, chosenFacets, textQuery } from './query.ts'

/** Values of one facet that are shown. */
const valuesLimit = 50

export const searchProducts: Handler<typeof search.searchProducts> = async (input, context) => {
  const { limit = 20, after, facets = true, ...asked } = input
  const { database, now } = context
  const words = askedWords(asked.q)
  const categoryId = asked.category === undefined ? undefined : await findCategoryId(database, asked.category)
  const given: Search = { ...asked, text: textQuery(words), categoryId, now: now() }
  const exact = await look(context, given, { limit, after, facets })
  if (exact.total > 0 || words.length === 0) return exact
  const better = await correctWords(database, words)
  if (better.join(' ') === words.join(' ')) return exact
  const corrected = await look(context, { ...given, text: textQuery(better) }, { limit, after, facets })
  return corrected.total > 0 ? { ...corrected, didYouMean: better.join(' ') } : exact
}

async function look(
  { database }: Context,
  asked: Search,
  page: { limit: number; after?: string; facets: boolean },
) {
  const [found, counts] = await Promise.all([
    findHits(database, asked, page.limit, page.after),
    // Later pages have the counts of the first.
    page.facets && page.after === undefined
      ? countMatches(database, asked)
      : totalOnly(countTotal(database, asked)),
  ])
  const { items, next } = {
    next: undefined,
    ...pageOf(found, page.limit, ({ key, hit }) => [key, hit.productId]),
  }
  return { items: items.map(({ hit }) => hit), next, total: counts.total, ...shown(counts, asked) }
}

async function totalOnly(counting: Promise<number>): Promise<Counts> {
  return { total: await counting, facets: [], categories: [], min: null, max: null, currency: null }
}

function shown({ facets, categories, min, max, currency }: Counts, { filters }: Search) {
  const chosen = new Set(filters)
  const names = Map.groupBy(facets, ({ pair }) => pair.slice(0, pair.indexOf(':')))
  const list: Static<typeof Facet>[] = [...names].map(([name, pairs]) => ({
    name,
    values: pairs
      .slice(0, valuesLimit)
      .map(({ pair, count }) => ({ value: pair.slice(name.length + 1), count, selected: chosen.has(pair) })),
  }))
  const money = (amount: number) => ({ amount, currency: currency ?? '' })
  // A choice that matches nothing now is still shown, so that it can be taken back.
  for (const { name, pairs } of chosenFacets(filters)) {
    const facet = list.find((candidate) => candidate.name === name)
    const lost = pairs
      .map((pair) => pair.slice(name.length + 1))
      .filter((value) => !facet?.values.some((known) => known.value === value))
    const values = lost.map((value) => ({ value, count: 0, selected: true }))
    if (facet) facet.values.push(...values)
    else if (values.length > 0) list.push({ name, values })
  }
  return {
    facets: list,
    categories: [...categories],
    priceRange: min === null || max === null ? undefined : { min: money(min), max: money(max) },
  }
}
