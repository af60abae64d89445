import { type Queries, type Sql, sql } from '@rialto/kit/database'
import type { Hit } from './contract.ts'
import {
  beginsSo,
  isIndexed,
  live,
  looksLike,
  matches,
  places,
  relevance,
  topMatches,
} from './match-store.ts'
import { type Cursor, countLimit, type Query, type Sort, type Text } from './query.ts'

export interface Found {
  readonly hits: readonly Placed[]
  /** Only counted where `count` was asked for. */
  readonly total?: number
}

/** A hit and its place in the order. */
export interface Placed {
  readonly hit: Hit
  readonly value: string | number
}

/** One page of a search, one hit more than asked when there are more. */
export async function findHits(
  queries: Queries,
  query: Query,
  { after, count = false }: { after?: Cursor; count?: boolean } = {},
): Promise<Found> {
  const rows =
    query.sort === 'relevance'
      ? await byRelevance(queries, query, after, count)
      : await bySort(queries, query, query.sort, after, count)
  return {
    hits: rows.map((row) => ({ hit: hitOf(row), value: row.value })),
    total: count ? (rows[0]?.total ?? 0) : undefined,
  }
}

export interface Suggestion {
  readonly text: string
  readonly handle: string
  readonly imageUrl?: string
}

/** Best-selling products whose title or brand begins so; if they are few, titles that look like it besides. */
export async function suggestTitles(queries: Queries, text: Text, limit: number): Promise<Suggestion[]> {
  const rows = await queries.rows<{ title: string; handle: string; imageUrl: string | null }>`
    with begun as materialized (
      select d.product_id, d.title, d.handle, d.image_url from documents d
      where ${beginsSo(text)} order by d.sold desc, d.product_id desc limit ${limit}),
    alike as (
      select d.product_id, d.title, d.handle, d.image_url from documents d
      where (select count(*) from begun) < ${limit}
        and ${live} and ${looksLike(text.typed)}
        and not exists (select from begun b where b.product_id = d.product_id)
      order by word_similarity(${text.typed}, d.title) desc, d.sold desc, d.product_id desc limit ${limit})
    select title, handle, image_url from begun union all select title, handle, image_url from alike
    limit ${limit}`
  return rows.map(({ title, handle, imageUrl }) => ({ text: title, handle, imageUrl: imageUrl ?? undefined }))
}

const columns = sql`d.product_id, d.handle, d.title, d.vendor, d.image_url, d.image_alt, d.currency, d.price_min,
  d.price_max, d.compare_at, d.availability, d.variant_count, d.variant_id`

const orders: Record<Exclude<Sort, 'relevance'>, { key: Sql; cast: Sql; descending: boolean }> = {
  newest: { key: sql`d.created_at`, cast: sql`timestamptz`, descending: true },
  'price-ascending': { key: sql`d.price_min`, cast: sql`bigint`, descending: false },
  'price-descending': { key: sql`d.price_min`, cast: sql`bigint`, descending: true },
  'best-selling': { key: sql`d.sold`, cast: sql`bigint`, descending: true },
}

/**
 * Few matches are sorted; of many, or when there is nothing to find them by, the first are met on a walk along the
 * order's own index.
 */
function bySort(
  queries: Queries,
  query: Query,
  sort: Exclude<Sort, 'relevance'>,
  after: Cursor | undefined,
  count: boolean,
): Promise<Row[]> {
  const { key, cast, descending } = orders[sort]
  const place = sql`(${key}, d.product_id)`
  const last = sql`(${after?.value}::${cast}, ${after?.id})`
  const beyond = !after ? sql`` : descending ? sql`and ${place} < ${last}` : sql`and ${place} > ${last}`
  const page = (condition: Sql, total: Sql) => sql`
    select ${columns}, ${key} as value, ${total} as total from documents d where ${condition} ${beyond}
    order by ${descending ? sql`${key} desc, d.product_id desc` : sql`${key}, d.product_id`} limit ${query.limit + 1}`
  if (!isIndexed(query)) {
    const total = sql`(select count(*)::integer from (${topMatches(sql`d.product_id`, query)}) as top)`
    return queries.rows<Row>`${page(matches(query), count ? total : sql`null::integer`)}`
  }
  const found = sql`(select cardinality(places) from found)`
  const total = count ? sql`least(${found}, ${countLimit})` : sql`null::integer`
  return queries.rows<Row>`
    with found as materialized (select array(${places(query, countLimit + 1)}) as places)
    (${page(sql`${found} <= ${countLimit} and ${live} and d.ctid = any((select places from found)::tid[])`, total)})
    union all
    (${page(sql`${found} > ${countLimit} and ${matches(query)}`, total)})`
}

/** Ranks the best-selling of the matches: beyond that many, nobody turns pages. */
function byRelevance(
  queries: Queries,
  query: Query,
  after: Cursor | undefined,
  count: boolean,
): Promise<Row[]> {
  const ranked = sql`${columns}, ${relevance(query) ?? sql`d.sold`} as value`
  return queries.rows<Row>`
    select d.*, ${count ? sql`(count(*) over ())::integer` : sql`null`} as total
    from (${topMatches(ranked, query, { order: sql`d.sold desc, d.product_id desc` })}) as d
    ${after ? sql`where (d.value, d.product_id) < (${after.value}::bigint, ${after.id})` : sql``}
    order by d.value desc, d.product_id desc limit ${query.limit + 1}`
}

interface Row {
  readonly productId: string
  readonly handle: string
  readonly title: string
  readonly vendor: string
  readonly imageUrl: string | null
  readonly imageAlt: string | null
  readonly currency: string
  readonly priceMin: number
  readonly priceMax: number
  readonly compareAt: number | null
  readonly availability: Hit['availability']
  readonly variantCount: number
  readonly variantId: string | null
  readonly value: string | number
  readonly total: number | null
}

function hitOf(row: Row): Hit {
  const { productId, handle, title, vendor, currency, availability, variantCount } = row
  return {
    productId,
    handle,
    title,
    vendor,
    imageUrl: row.imageUrl ?? undefined,
    imageAlt: row.imageAlt ?? undefined,
    price: { amount: row.priceMin, currency },
    priceTo: row.priceMax > row.priceMin ? { amount: row.priceMax, currency } : undefined,
    compareAtPrice: row.compareAt === null ? undefined : { amount: row.compareAt, currency },
    availability,
    variantCount,
    variantId: row.variantId ?? undefined,
  }
}
