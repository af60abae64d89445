import { type Sql, sql } from '@rialto/kit/database'
import { alikeLimit, bestLimit, countLimit, isShort, type Query, type Text, triedLimit } from './query.ts'

/** Which filters to leave out: a facet shows what its other values would give, the price range its whole width. */
export interface Without {
  readonly facet?: string
  readonly price?: boolean
}

export interface Top {
  readonly without?: Without
  readonly order?: Sql
}

/** The condition under which a document `d` is found. */
export function matches(query: Query, without: Without = {}): Sql {
  return every([live, ...textConditions(query), ...filters(query, without)])
}

/** The given columns of the matches, up to the limit: the newest, or those that come first in another order. */
export function topMatches(columns: Sql, query: Query, { without, order }: Top = {}): Sql {
  const others = places(query, countLimit, without)
  const found = query.text ? sql`(${amongBest(query, without)}) union (${others})` : others
  return sql`select ${columns} from documents d
    where ${isIndexed(query, without) ? sql`${live} and d.ctid = any(array(${found}))` : matches(query, without)}
    order by ${order ?? sql`d.product_id desc`} limit ${countLimit}`
}

/** Whether there is something to find matches by. Else all products match, or a part of those with some prices. */
export function isIndexed(query: Query, without: Without = {}): boolean {
  return query.text !== undefined || indexedFilters(query, without).length > 0
}

/** Where matches are kept, as this statement sees it; about as many as the limit if there are more. */
export function places(query: Query, limit: number, without: Without = {}): Sql {
  const { text, loose } = query
  const others = filters(query, without)
  if (!loose) return inTiers(text, others, limit)
  const alike = sql`select d.ctid from documents d where ${every([live, looksLike(loose.typed), ...others])}`
  return loose.corrected ? sql`(${alike}) union (${inTiers(loose.corrected, others, limit)})` : alike
}

/** Matches among the best-selling products, which are ranked however many others there are. */
function amongBest(query: Query, without?: Without): Sql {
  return sql`select d.ctid from (${bestSelling}) as d
    where ${every([...textConditions(query), ...filters(query, without)])}`
}

/**
 * What has the words, and is as the conditions say, up to the limit. The index of each tier is asked for what those
 * before it have not given: the work is the same however frequent the words are and however large the shop is.
 */
function inTiers(words: Text | undefined, conditions: readonly Sql[], limit: number): Sql {
  if (!words) return ofTiers(sql`d.ctid`, conditions, limit)
  const all = sql`d.words @@ ${textQuery(words)}`
  if (words.head === '' || !isShort(words)) return ofTiers(sql`d.ctid`, [all, ...conditions], limit)
  // The index would join everything that begins so.
  const head = sql`d.words @@ ${headQuery(words)}`
  const tried = ofTiers(sql`d.ctid, d.words`, [head, ...conditions], triedLimit)
  return sql`select d.ctid from (${tried}) as d where ${all} limit ${limit}`
}

/** Each written out: the planner takes the index of a tier for the very condition that it was made with. */
const tiers = [
  sql`tier_of(d.product_id) = 0`,
  sql`tier_of(d.product_id) = 1`,
  sql`tier_of(d.product_id) = 2`,
  sql`tier_of(d.product_id) = 3`,
  sql`tier_of(d.product_id) = 4`,
]

function ofTiers(columns: Sql, conditions: readonly Sql[], limit: number): Sql {
  const each = tiers.map(
    (tier) => sql`select ${columns} from documents d where ${every([live, tier, ...conditions])}`,
  )
  return sql`${each.reduce((all, one) => sql`${all} union all ${one}`)} limit ${hidden(limit)}`
}

/** A limit that the planner does not know, so that it does not hope to have found enough soon. */
function hidden(limit: number): Sql {
  return sql`(select ${limit}::integer)`
}

/** Whether the title, brand or type of a document begins with the words. */
export function beginsSo(text: Text): Sql {
  const found = sql`naming(d.words) @@ ${textQuery(text)}`
  return sql`${live} and d.ctid = any(array(
    (select d.ctid from (${bestSelling}) as d where ${found})
    union (${ofTiers(sql`d.ctid`, [found], bestLimit)})))`
}

/** How well a document fits the words; more sold and in stock is better. Undefined without words. */
export function relevance({ text, loose }: Query): Sql | undefined {
  if (loose) {
    const corrected = loose.corrected ? textQuery(loose.corrected) : sql`''::tsquery`
    return sql`relevance(d.words, ${corrected}, d.sold, d.availability)
      + (1000000 * word_similarity(${loose.typed}, d.title))::bigint`
  }
  return text && sql`relevance(d.words, ${textQuery(text)}, d.sold, d.availability)`
}

/** The finished words, if they say anything, else all. */
function headQuery(text: Text): Sql {
  const head = sql`websearch_to_tsquery('shop', ${text.head})`
  return sql`(case when numnode(${head}) = 0 then ${textQuery(text)} else ${head} end)`
}

/** The words as a `tsquery`: finished ones by their stems, the last one also as the beginning of a word. */
function textQuery({ head, last }: Text): Sql {
  if (last === undefined) return sql`websearch_to_tsquery('shop', ${head})`
  const word = sql`(websearch_to_tsquery('shop', ${last}) || beginning(${last}))`
  if (head === '') return word
  // A last word such as "for" says nothing; as a beginning it would demand words like "formal".
  return sql`(case when numnode(websearch_to_tsquery('shop', ${last})) = 0 then websearch_to_tsquery('shop', ${head})
    else websearch_to_tsquery('shop', ${head}) && ${word} end)`
}

/** Whether a document `d` is in the index that searches read. */
export const live = sql`d.slot = (select live from index_state)`

const bestSelling = sql`select d.ctid, d.* from documents d where ${live}
  order by d.sold desc, d.product_id desc limit ${bestLimit}`

function filters(query: Query, without: Without = {}): Sql[] {
  return [
    ...indexedFilters(query, without),
    ...(query.minPrice === undefined || without.price ? [] : [sql`d.price_min >= ${query.minPrice}::bigint`]),
    ...(query.maxPrice === undefined || without.price ? [] : [sql`d.price_min <= ${query.maxPrice}::bigint`]),
    ...(query.inStock ? [sql`d.availability <> 'out'`] : []),
  ]
}

/** Those that the indexes of the tiers know. */
function indexedFilters({ category, chosen }: Query, without: Without): Sql[] {
  return [
    ...(category === undefined ? [] : [sql`d.categories @> array[${category}::text]`]),
    ...[...chosen]
      .filter(([name]) => name !== without.facet)
      .map(([name, values]) => sql`d.facets && ${values.map((value) => `${name}:${value}`)}::text[]`),
  ]
}

function textConditions({ text, loose }: Query): Sql[] {
  if (loose?.corrected) {
    return [sql`(d.words @@ ${textQuery(loose.corrected)} or ${looksLike(loose.typed)})`]
  }
  if (loose) return [looksLike(loose.typed)]
  return text ? [sql`d.words @@ ${textQuery(text)}`] : []
}

/** Whether a document is one of the best-selling, with a title like this one. */
export function looksLike(typed: string): Sql {
  return sql`d.product_id = any(array(select b.product_id from (
    select product_id, title from documents where slot = (select live from index_state)
    order by sold desc, product_id desc limit ${alikeLimit}) as b where b.title %> ${typed}))`
}

function every(conditions: readonly Sql[]): Sql {
  return conditions.reduce((all, condition) => sql`${all} and ${condition}`)
}
