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
import { fillIndex } from './testing.ts'

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
  readonly 'Actual Loops': number
  readonly Plans?: readonly Plan[]
}

/** Parts of the index that were read from end to end; a part that the plan left out does not count. */
function scansIn(plan: Plan): string[] {
  const relation = plan['Relation Name']
  const whole = plan['Node Type'] === 'Seq Scan' && plan['Actual Loops'] > 0
  const own = whole && relation?.startsWith('documents_') ? [relation] : []
  return [...own, ...(plan.Plans ?? []).flatMap(scansIn)]
}

function middleOf(query: Query) {
  const value =
    query.sort === 'newest' ? '2026-01-01T02:46:40.000Z' : query.sort === 'best-selling' ? 500 : 25_000
  const id = 'prod_00010000'
  return decodeAfter(encodeAfter({ sort: query.sort, loose: false, total: 0, value, id }), query)
}
