import { type Queries, type Sql, sql } from '@rialto/kit/database'
import type { SearchResult } from './contract.ts'
import { topMatches } from './match-store.ts'
import type { Query } from './query.ts'

/** What lies in the matches, for the page beside them. */
export interface Summary {
  readonly total: number
  /** Pairs such as `Colour:Red` with how often they occur, the most frequent first. */
  readonly pairs: readonly (readonly [pair: string, count: number])[]
  readonly categories: SearchResult['categories']
  readonly prices?: { readonly currency: string; readonly min: number; readonly max: number }
}

const pairsLimit = 2_000
const categoriesLimit = 100

/**
 * Counts in one statement. The values of a chosen facet are counted without its own filter, as choosing
 * another of them would add to the result; the price range is that of the result without the price filter.
 */
export async function summarise(queries: Queries, query: Query): Promise<Summary> {
  const names = [...query.chosen.keys()]
  const priced = query.minPrice !== undefined || query.maxPrice !== undefined
  const row = await queries.row<SummaryRow>`
    with matched as materialized (${topMatches(sql`d.facets, d.categories, d.price_min, d.currency`, query)}),
    pairs as (
      ${pairsIn(sql`matched`, sql`split_part(pair, ':', 1) <> all(${names})`)}
      ${names.reduce((all, name) => sql`${all} union all ${otherPairs(query, name)}`, sql``)})
    select (select count(*)::integer from matched) as total,
      (select jsonb_agg(jsonb_build_array(pair, count) order by count desc, pair) from pairs) as pairs,
      (${categoriesIn(query)}) as categories,
      (select jsonb_build_object('currency', min(p.currency), 'min', min(p.price_min), 'max', max(p.price_min))
        from ${priced ? sql`(${topMatches(sql`d.price_min, d.currency`, query, { without: { price: true } })})` : sql`matched`} as p
      ) as prices`
  if (!row) throw new Error('The counts of a search are always one row')
  return {
    total: row.total,
    pairs: row.pairs ?? [],
    categories: row.categories ?? [],
    prices: row.prices.currency === null ? undefined : { ...row.prices, currency: row.prices.currency },
  }
}

interface SummaryRow {
  readonly total: number
  readonly pairs: [string, number][] | null
  readonly categories: SearchResult['categories'] | null
  readonly prices: { currency: string | null; min: number; max: number }
}

function otherPairs(query: Query, name: string): Sql {
  const others = sql`(${topMatches(sql`d.facets`, query, { without: { facet: name } })})`
  return pairsIn(others, sql`starts_with(pair, ${`${name}:`})`)
}

function pairsIn(rows: Sql, condition: Sql): Sql {
  return sql`(select pair, count from (
      select pair, count(*) as count from ${rows} as m, unnest(m.facets) as pair group by pair) as counted
    where ${condition} order by count desc, pair limit ${pairsLimit})`
}

/** The categories right below the chosen one, or the topmost, with how much is in them or below. */
function categoriesIn({ category }: Query): Sql {
  const parent =
    category === undefined
      ? sql`c.parent_id is null`
      : sql`c.parent_id = (select id from categories where id = ${category} or handle = ${category} limit 1)`
  return sql`select jsonb_agg(jsonb_build_object(
      'id', c.id, 'name', c.name, 'handle', c.handle, 'count', counted.count)
      order by counted.count desc, c.name, c.id)
    from (select * from categories c where ${parent} order by c.name, c.id limit ${categoriesLimit}) as c
    join (select key, count(*) as count from matched as m, unnest(m.categories) as key group by key) as counted
      on counted.key = c.id`
}
