import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Input } from '@rialto/kit/contract'
import { type Queries, sql } from '@rialto/kit/database'
import { openWorld, type World } from '@rialto/kit/testing'
import type { search } from './contract.ts'
import { summarise } from './facet-store.ts'
import { findHits, suggestTitles } from './hit-store.ts'
import { decodeAfter, encodeAfter, type Query, queryOf, textOf } from './query.ts'
import service from './service.ts'

// What a shopper waits for must not read the whole index, however many products there are.

let world: World
before(async () => {
  world = await openWorld(service)
  await fillIndex(world.database, 20_000)
})
after(() => world.close())

const asked: readonly (readonly [string, Input<typeof search.searchProducts>])[] = [
  ['everything', {}],
  ['the cheapest', { sort: 'price-ascending' }],
  ['the dearest', { sort: 'price-descending' }],
  ['the best-selling', { sort: 'best-selling' }],
  ['a frequent word', { q: 'lamp' }],
  ['a rare word', { q: 'model77' }],
  ['several words', { q: 'lamp kind7' }],
  ['a frequent word, by price', { q: 'lamp', sort: 'price-ascending' }],
  ['a rare word, by price', { q: 'model77', sort: 'price-ascending' }],
  ['a large category', { category: 'top-3' }],
  ['a small category', { category: 'below-33', sort: 'best-selling' }],
  ['a facet', { filters: ['Colour:3'] }],
  ['several facets', { filters: ['Colour:3', 'Colour:4', 'Size:2', 'Material:5'], category: 'top-1' }],
  ['a price range', { minPrice: 1000, maxPrice: 1500, sort: 'price-ascending' }],
  ['what can be bought', { inStock: true }],
]
for (const [what, input] of asked) {
  test(`the first page of ${what} comes by an index`, async () => {
    const query = queryOf(input)
    await byIndex((queries) => findHits(queries, query, { count: true }))
  })

  test(`the next page of ${what} comes by an index`, async () => {
    const query = queryOf(input)
    await byIndex((queries) => findHits(queries, query, { after: middleOf(query) }))
  })

  test(`the facets of ${what} come by an index`, async () => {
    await byIndex((queries) => summarise(queries, queryOf(input)))
  })
}

test('looking for titles that are alike goes by an index', async () => {
  const query = { ...queryOf({ q: 'modl77' }), loose: { typed: 'modl77', corrected: textOf('model77') } }
  await byIndex((queries) => findHits(queries, query, { count: true }))
})

for (const q of ['l', 'lamp sha', 'model77', 'modl77']) {
  test(`suggestions for "${q}" come by an index`, async () => {
    const text = textOf(q)
    assert.ok(text)
    await byIndex((queries) => suggestTitles(queries, text, 8))
  })
}

const counted: readonly (readonly [string, Input<typeof search.searchProducts>, number])[] = [
  ['a word', { q: 'kind7' }, 500],
  ['words', { q: 'lamp kind7 model9' }, 8],
  ['a beginning', { q: 'model499' }, 44],
  ['a short beginning after a word', { q: 'kind7 m' }, 500],
  ['a category', { category: 'below-33' }, 200],
  ['a facet in a category', { category: 'top-3', filters: ['Colour:3'] }, 333],
  ['what more than a thousand have', { q: 'lamp' }, 1000],
]
for (const [what, input, total] of counted) {
  test(`all of few matches are counted: ${what}`, async () => {
    const query = queryOf({ ...input, sort: 'price-ascending' })
    assert.equal((await summarise(world.database, query)).total, total)
    assert.equal((await findHits(world.database, query, { count: true })).total, total)
  })
}

for (const [what, category] of [
  ['few', 'below-33'],
  ['many', 'top-3'],
] as const) {
  test(`the cheapest of ${what} come first`, async () => {
    const { hits } = await findHits(world.database, queryOf({ category, sort: 'price-ascending' }))
    const rows = await world.database.rows<{ id: string }>`
      select product_id as id from documents where categories @> array[${category}] order by price_min, product_id limit 21`
    assert.deepEqual(
      hits.map(({ hit }) => hit.productId),
      rows.map(({ id }) => id),
    )
  })
}

test('it is noticed when an index joins all places of a frequent word', async () => {
  await assert.rejects(
    byIndex(
      (queries) => queries.rows`
      select * from documents where slot = 0 and tier_of(product_id) = 4 and words @@ 'lamp'::tsquery limit (select 10)`,
    ),
    /documents_a/,
  )
})

test('it is noticed when a statement reads the whole index', async () => {
  await assert.rejects(
    byIndex((queries) => queries.rows`select * from documents where vendor = 'x'`),
    /documents_a/,
  )
})

/** Runs the work and demands that none of its statements has read the index from end to end. */
async function byIndex(work: (queries: Queries) => Promise<unknown>): Promise<void> {
  const scanned: string[] = []
  const explained = async (strings: TemplateStringsArray, values: readonly unknown[]) => {
    const rows = await world.database.rows<Record<string, [{ Plan: Plan }]>>`
      explain (analyze, format json) ${sql(strings, ...values)}`
    const plan = Object.values(rows[0] ?? {})[0]?.[0].Plan
    assert.ok(plan)
    scanned.push(...scansIn(plan))
  }
  await work({
    ...world.database,
    rows: async (strings, ...values) => {
      await explained(strings, values)
      return world.database.rows(strings, ...values)
    },
    row: async (strings, ...values) => {
      await explained(strings, values)
      return world.database.row(strings, ...values)
    },
  })
  assert.deepEqual(scanned, [])
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Loops': number
  readonly 'Actual Rows': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

/** Of a scan that ends when it has found enough, more is not read, nor put together from an index. */
const rowsAtMost = 2_000

/** Parts of the index that were read from end to end; a part that the plan left out does not count. */
function scansIn(plan: Plan): string[] {
  const relation = plan['Relation Name'] ?? plan['Index Name']
  const read = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
  const whole = ['Seq Scan', 'Bitmap Index Scan'].includes(plan['Node Type']) && read > rowsAtMost
  const own = whole && relation?.startsWith('documents_') ? [relation] : []
  return [...own, ...(plan.Plans ?? []).flatMap(scansIn)]
}

function middleOf(query: Query) {
  const value =
    query.sort === 'newest' ? '2026-01-01T02:46:40.000Z' : query.sort === 'best-selling' ? 500 : 25_000
  const id = 'prod_00010000'
  return decodeAfter(encodeAfter({ sort: query.sort, loose: false, total: 0, value, id }), query)
}

/** Fills the live index with products of 40 kinds, 12 colours and 100 categories below 10 others, and the vocabulary. */
async function fillIndex(queries: Queries, count: number): Promise<void> {
  await queries.run`
    insert into documents (slot, product_id, handle, title, vendor, currency, price_min, price_max, availability,
      variant_count, categories, facets, words, created_at, sold)
    select 0, 'prod_' || lpad(i::text, 8, '0'), 'product-' || i, title, 'Vendor ' || i % 200, 'EUR',
      i * 7919 % 50000, i * 7919 % 50000 + 100, case when i % 10 = 0 then 'out' else 'in-stock' end, 1,
      array['cat_top' || i % 10, 'top-' || i % 10, 'cat_' || i % 100, 'below-' || i % 100],
      array['Colour:' || (i * 31 % 12), 'Size:' || (i % 6), 'Material:' || (i * 17 % 25), 'Brand:Vendor ' || i % 200],
      setweight(to_tsvector('shop', title) || to_tsvector('plain', title), 'A') || setweight(to_tsvector('shop', text), 'D'),
      '2026-01-01'::timestamptz + i * interval '1 second', i * 104729 % 1000
    from generate_series(1, ${count}::integer) as i,
      lateral (select 'Lamp shade kind' || i % 40 || ' model' || i % 5000 as title) as named,
      lateral (select string_agg('word' || (i * n * 37) % 20000, ' ') as text from generate_series(1, 60) as n) as described`
  await queries.run`insert into categories (id, name, handle, parent_id, as_of)
    select 'cat_top' || i, 'Top ' || i, 'top-' || i, null, now() from generate_series(0, 9) as i
    union all select 'cat_' || i, 'Below ' || i, 'below-' || i, 'cat_top' || i % 10, now() from generate_series(0, 99) as i`
  await queries.run`insert into words (word)
    select distinct left(translate(md5(i::text), '0123456789', 'ghijklmnop'), 8) from generate_series(1, 20000) as i
    union values ('lamp'), ('model'), ('shade')`
  await queries.run`vacuum analyze documents`
  await queries.run`analyze words`
}
