import { type Queries, type Sql, sql } from '@rialto/kit/database'
import { decodeCursor } from '@rialto/kit/paging'
import type { Hit } from './contract.ts'
import { type Asked, type Chosen, chosenFacets, type Sort, sortOf } from './query.ts'

/** What is asked, with its words as a tsquery and its category by id. */
export interface Search extends Asked {
  readonly text?: string
  readonly categoryId?: string
  readonly now: Date
}

export interface Found {
  readonly hit: Hit
  readonly key: string | number
}

/** Matches are counted, and facets counted over them, up to this many. */
export const countLimit = 10_000

/** One page of hits: one more than `limit` when there are more. */
export async function findHits(
  queries: Queries,
  search: Search,
  limit: number,
  after?: string,
): Promise<Found[]> {
  const sort = sortOf(search)
  const { key, descending } = orderOf(sort, search)
  const [lastKey, lastId] = after ? decodeCursor(after, 2) : []
  const beyond = descending ? sql`<` : sql`>`
  const direction = descending ? sql`desc` : sql`asc`
  const chosen = chosenFacets(search.filters).map(({ pairs }) => sql`and facets && ${pairs}::text[]`)
  const rows = await queries.rows<Row>`
    select product_id, handle, title, vendor, image_url, image_alt, price_min, price_max, compare_at_price, currency,
      availability, variant_count, variant_id, ${key} as sort_key
    from documents where ${matches(search)} ${all(chosen)} ${prices(search)}
    ${lastKey === undefined ? sql`` : sql`and (${key}, product_id) ${beyond} (${cast(sort, lastKey)}, ${lastId})`}
    order by ${key} ${direction}, product_id ${direction} limit ${limit + 1}`
  return rows.map((row) => ({ hit: hitOf(row), key: row.sortKey }))
}

export interface Counts {
  readonly total: number
  readonly facets: readonly { pair: string; count: number }[]
  readonly categories: readonly { id: string; name: string; handle: string; count: number }[]
  readonly min: number | null
  readonly max: number | null
  readonly currency: string | null
}

/**
 * Counts matches and facets in one pass. A facet's own choice does not narrow its own counts: a document
 * counts for it when it misses no other choice.
 */
export async function countMatches(queries: Queries, search: Search): Promise<Counts> {
  const chosen = chosenFacets(search.filters)
  const inPrice = sql`(${search.minPrice ?? null}::bigint is null or price_min >= ${search.minPrice ?? null})
    and (${search.maxPrice ?? null}::bigint is null or price_min <= ${search.maxPrice ?? null})`
  const row = await queries.row<Counts>`
    with matched as materialized (
      select facets, category_ids, price_min, currency, (${inPrice}) as in_price, ${misses(chosen)} as misses
      from documents where ${matches(search)} limit ${countLimit}),
    fitting as (select * from matched where in_price and cardinality(misses) = 0),
    counted as (
      select pair, count(*)::integer as count from matched, unnest(facets) as pair
      where in_price and (cardinality(misses) = 0 or misses = array[split_part(pair, ':', 1)])
      group by pair order by count desc, pair limit 500),
    below as (
      select c.id, c.name, c.handle, count(*)::integer as count
      from fitting, unnest(category_ids) as category_id join categories c on c.id = category_id
      where c.parent_id is not distinct from ${search.categoryId ?? null}
      group by c.id order by count desc, c.name limit 100),
    priced as (select min(price_min) as min, max(price_min) as max, min(currency) as currency from matched where cardinality(misses) = 0)
    select (select count(*)::integer from fitting) as total, priced.*,
      coalesce((select jsonb_agg(counted) from counted), '[]') as facets,
      coalesce((select jsonb_agg(below) from below), '[]') as categories
    from priced`
  return row as Counts
}

/** Only counts, for pages that show no facets. */
export async function countTotal(queries: Queries, search: Search): Promise<number> {
  const chosen = chosenFacets(search.filters).map(({ pairs }) => sql`and facets && ${pairs}::text[]`)
  const row = await queries.row<{ total: number }>`
    select count(*)::integer as total from (
      select 1 from documents where ${matches(search)} ${all(chosen)} ${prices(search)} limit ${countLimit}) m`
  return row?.total ?? 0
}

export async function findCategoryId(queries: Queries, idOrHandle: string): Promise<string | undefined> {
  const row = await queries.row<{
    id: string
  }>`select id from categories where id = ${idOrHandle} or handle = ${idOrHandle} limit 1`
  return row?.id
}

/** For each word that occurs nowhere the most similar one that does; the rest stay as they are. */
export async function correctWords(queries: Queries, words: readonly string[]): Promise<string[]> {
  const rows = await queries.rows<{ word: string; better: string | null }>`
    select w.word, case when exists (select 1 from vocabulary v where v.word = w.word) then w.word
      else (select v.word from vocabulary v where v.word % w.word order by similarity(v.word, w.word) desc, v.word limit 1) end as better
    from unnest(${words}::text[]) with ordinality as w(word, place) order by place`
  return rows.map(({ word, better }) => better ?? word)
}

export async function findSuggestions(queries: Queries, text: string, limit: number, now: Date) {
  const rows = await queries.rows<{ text: string; handle: string; imageUrl: string | null }>`
    select title as text, handle, image_url from documents
    where words @@ to_tsquery('english', ${text}) and (publish_at is null or publish_at <= ${now})
    order by sold desc, created_at desc limit ${limit}`
  return rows.map(({ imageUrl, ...row }) => ({ ...row, imageUrl: imageUrl ?? undefined }))
}

interface Row {
  readonly productId: string
  readonly handle: string
  readonly title: string
  readonly vendor: string
  readonly imageUrl: string | null
  readonly imageAlt: string | null
  readonly priceMin: number
  readonly priceMax: number
  readonly compareAtPrice: number | null
  readonly currency: string
  readonly availability: Hit['availability']
  readonly variantCount: number
  readonly variantId: string | null
  readonly sortKey: string | number
}

function hitOf({ priceMin, priceMax, compareAtPrice, currency, sortKey: _, ...row }: Row): Hit {
  const money = (amount: number) => ({ amount, currency })
  return {
    ...row,
    imageUrl: row.imageUrl ?? undefined,
    imageAlt: row.imageAlt ?? undefined,
    variantId: row.variantId ?? undefined,
    price: money(priceMin),
    priceTo: priceMax > priceMin ? money(priceMax) : undefined,
    compareAtPrice: compareAtPrice === null ? undefined : money(compareAtPrice),
  }
}

/** Everything but the choice of facets and prices. */
function matches({ text, categoryId, category, inStock, now }: Search): Sql {
  return sql`(publish_at is null or publish_at <= ${now})
    ${text ? sql`and words @@ to_tsquery('english', ${text})` : sql``}
    ${category === undefined ? sql`` : sql`and category_ids @> array[${categoryId ?? ''}::text]`}
    ${inStock ? sql`and availability <> 'out'` : sql``}`
}

function prices({ minPrice, maxPrice }: Search): Sql {
  return sql`${minPrice === undefined ? sql`` : sql`and price_min >= ${minPrice}`}
    ${maxPrice === undefined ? sql`` : sql`and price_min <= ${maxPrice}`}`
}

function all(parts: readonly Sql[]): Sql {
  return parts.reduce((before, part) => sql`${before} ${part}`, sql``)
}

/** Names of the chosen facets of which a document has none of the values. */
function misses(chosen: readonly Chosen[]): Sql {
  const missed = chosen.map(
    ({ name, pairs }) =>
      sql`|| case when facets && ${pairs}::text[] then '{}'::text[] else array[${name}::text] end`,
  )
  return sql`('{}'::text[] ${all(missed)})`
}

function orderOf(sort: Sort, { text }: Search): { key: Sql; descending: boolean } {
  switch (sort) {
    case 'price-ascending':
      return { key: sql`price_min`, descending: false }
    case 'price-descending':
      return { key: sql`price_min`, descending: true }
    case 'best-selling':
      return { key: sql`sold`, descending: true }
    case 'newest':
      return { key: sql`created_at`, descending: true }
    default:
      // What can be bought comes first. Whole numbers, so that a cursor means the same again.
      return {
        key: sql`((availability <> 'out')::integer * 1000000 + round(ts_rank(words, to_tsquery('english', ${text ?? ''})) * 900000)::integer)`,
        descending: true,
      }
  }
}

function cast(sort: Sort, key: string | number): Sql {
  return sort === 'newest' ? sql`${key}::timestamptz` : sql`${key}::bigint`
}
