import { type Sql, sql } from '@rialto/kit/database'
import { alikeLimit, bestLimit, countLimit, type Query, type Text } from './query.ts'

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

/**
 * The given columns of the matches, up to the limit: the newest, or those that come first in another order. Without words
 * few matches are found by what they match, many by walking along the order: neither sees the whole index.
 */
export function topMatches(columns: Sql, query: Query, { without, order }: Top = {}): Sql {
  const found = query.text ? among(query, without) : matches(query, without)
  return sql`select ${columns} from documents d where ${found}
    order by ${order ?? sql`d.product_id desc`} limit ${countLimit}`
}

/**
 * With words: the matches among the best-selling products, and as many others as are looked at. How many there are cannot
 * be known before, and both a walk along an order for a rare word and all places of a frequent one would take the longer
 * the larger the shop.
 */
function among(query: Query, without?: Without): Sql {
  const best = sql`
    select d.product_id from (select * from documents d where ${live} order by d.sold desc, d.product_id desc
      limit ${bestLimit}) as d
    where ${every([...textConditions(query), ...filters(query, without)])}`
  const others = sql`select d.product_id from documents d where ${matches(query, without)} limit ${hidden(countLimit)}`
  return sql`${live} and d.product_id = any(array((${best}) union (${others})))`
}

/** A limit that the planner does not know, so that it does not hope to have found enough soon. */
export function hidden(limit: number): Sql {
  return sql`(select ${limit}::integer)`
}

/** Whether the title or brand of a document begins with the words; as `among`. */
export function beginsSo(text: Text): Sql {
  const found = sql`d.words @@ ${textQuery(text, 'AB')}`
  return sql`${live} and d.product_id = any(array(
    (select d.product_id from (select * from documents d where ${live} order by d.sold desc, d.product_id desc
      limit ${bestLimit}) as d where ${found})
    union (select d.product_id from documents d where ${live} and ${found} limit ${hidden(bestLimit)})))`
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

/** The words as a `tsquery`: finished ones by their stems, the last one also as the beginning of a word. */
export function textQuery({ head, last }: Text, weights = ''): Sql {
  if (last === undefined) return sql`websearch_to_tsquery('shop', ${head})`
  const prefix = sql`to_tsquery('plain', ${prefixOf(last, weights)})`
  const word = sql`(websearch_to_tsquery('shop', ${last}) || ${prefix})`
  if (head === '') return word
  // A last word such as "for" says nothing; as a beginning it would demand words like "formal".
  return sql`(case when numnode(websearch_to_tsquery('shop', ${last})) = 0 then websearch_to_tsquery('shop', ${head})
    else websearch_to_tsquery('shop', ${head}) && ${word} end)`
}

const live = sql`d.slot = (select live from index_state)`

function filters(query: Query, without: Without = {}): Sql[] {
  return [
    ...(query.category === undefined ? [] : [sql`d.categories @> array[${query.category}::text]`]),
    ...[...query.chosen]
      .filter(([name]) => name !== without.facet)
      .map(([name, values]) => sql`d.facets && ${values.map((value) => `${name}:${value}`)}::text[]`),
    ...(query.minPrice === undefined || without.price ? [] : [sql`d.price_min >= ${query.minPrice}::bigint`]),
    ...(query.maxPrice === undefined || without.price ? [] : [sql`d.price_min <= ${query.maxPrice}::bigint`]),
    ...(query.inStock ? [sql`d.availability <> 'out'`] : []),
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

function prefixOf(word: string, weights: string): string {
  return `'${word.replaceAll('\\', '').replaceAll("'", "''")}':*${weights}`
}

function every(conditions: readonly Sql[]): Sql {
  return conditions.reduce((all, condition) => sql`${all} and ${condition}`)
}
