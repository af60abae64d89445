import type { Database } from '@rialto/kit/database'
import type { Handler } from '@rialto/kit/service'
import type { SearchResult, search } from './contract.ts'
import { type Summary, summarise } from './facet-store.ts'
import { facetsOf } from './facets.ts'
import { type Found, findHits } from './hit-store.ts'
import { decodeAfter, encodeAfter, type Loose, type Query, queryOf, textOf, wordsOf } from './query.ts'
import { correctWords } from './word-store.ts'

export const searchProducts: Handler<typeof search.searchProducts> = async (input, { database }) => {
  const query = queryOf(input)
  return !input.after
    ? firstPage(database, query, input.facets ?? true)
    : nextPage(database, query, input.after)
}

/** With fewer hits than these, a typing mistake is looked for. */
const fewHits = 3

async function firstPage(database: Database, query: Query, facets: boolean): Promise<SearchResult> {
  const exact = await find(database, query, facets)
  if (!query.text || exact.total >= fewHits) return resultOf(query, exact)
  const loose = await loosely(database, query.text)
  if (exact.total > 0 && !loose.corrected) return resultOf(query, exact)
  const instead = { ...query, loose }
  const other = await find(database, instead, facets && exact.total === 0)
  const didYouMean = other.total > exact.total ? loose.corrected?.typed : undefined
  return { ...(exact.total > 0 ? resultOf(query, exact) : resultOf(instead, other)), didYouMean }
}

/** Later pages go on where the last one ended; what the first one told is not counted again. */
async function nextPage(database: Database, asked: Query, cursor: string): Promise<SearchResult> {
  const after = decodeAfter(cursor, asked)
  const loose = after.loose && asked.text ? await loosely(database, asked.text) : undefined
  const query = { ...asked, loose }
  const { hits } = await findHits(database, query, { after })
  return resultOf(query, { hits, total: after.total })
}

async function find(database: Database, query: Query, facets: boolean) {
  const [found, summary] = await Promise.all([
    findHits(database, query, { count: !facets }),
    facets ? summarise(database, query) : undefined,
  ])
  return { hits: found.hits, total: summary?.total ?? found.total ?? 0, summary }
}

/** What the words may have meant: mistyped ones replaced by those of the vocabulary. */
async function loosely(database: Database, text: NonNullable<Query['text']>): Promise<Loose> {
  const words = wordsOf(text)
  const meant = words.length === 0 ? [] : await correctWords(database, words)
  const typed = words.map((word, index) => meant[index] ?? word).join(' ')
  const corrected = meant.some((word) => word !== undefined) ? textOf(typed) : undefined
  return { typed: text.typed, corrected }
}

interface Page {
  readonly hits: Found['hits']
  readonly total: number
  readonly summary?: Summary
}

function resultOf(query: Query, { hits, total, summary }: Page): SearchResult {
  const items = hits.slice(0, query.limit)
  const last = items.at(-1)
  const { sort, loose, chosen } = query
  const place = last && { sort, loose: loose !== undefined, total, value: last.value, id: last.hit.productId }
  return {
    items: items.map(({ hit }) => hit),
    total,
    facets: summary ? facetsOf(summary.pairs, chosen) : [],
    categories: summary?.categories ?? [],
    priceRange: summary?.prices && rangeOf(summary.prices),
    next: place && hits.length > query.limit ? encodeAfter(place) : undefined,
  }
}

function rangeOf({ currency, min, max }: NonNullable<Summary['prices']>) {
  return { min: { amount: min, currency }, max: { amount: max, currency } }
}
