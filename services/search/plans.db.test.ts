import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Queries } from '@rialto/kit/database'
import { openWorld, type World } from '@rialto/kit/testing'
import { findHits, findSuggestions, type Search } from './hit-store.ts'
import service from './service.ts'

// What a shopper waits for must not read the whole table, however many products there are.

let world: World
before(async () => {
  world = await openWorld(service)
  await world.database.run`
    insert into documents (product_id, version, handle, title, vendor, price_min, price_max, currency, variant_count,
      availability, category_ids, facets, words, created_at, sold)
    select 'prod_' || i, 1, 'p-' || i, 'Product ' || i, 'Vendor', i % 9000, i % 9000, 'EUR', 1, 'in-stock', array['cat_' || i % 500],
      array['Colour:' || i % 300], to_tsvector('english', 'product word' || i % 4000), now() - i * interval '1 second', i % 100
    from generate_series(1, 20000) as i`
  await world.database.run`analyze documents`
})
after(() => world.close())

const asked: readonly (readonly [string, Partial<Search>])[] = [
  ['the newest products', {}],
  ['the cheapest products', { sort: 'price-ascending' }],
  ['the best-selling products', { sort: 'best-selling' }],
  ['a category', { category: 'x', categoryId: 'cat_7' }],
  ['a facet', { filters: ['Colour:7'] }],
  ['a word', { q: 'word7', text: 'word7', sort: 'relevance' }],
]
for (const [what, search] of asked) {
  test(`${what} come by an index`, async () => {
    const plan = await planOf((queries) => findHits(queries, { now: new Date(), ...search }, 20))
    assert.doesNotMatch(plan, /Seq Scan on documents/, plan)
  })
}

test('suggestions come by an index', async () => {
  assert.doesNotMatch(
    await planOf((queries) => findSuggestions(queries, 'word7:*', 8, new Date())),
    /Seq Scan on documents/,
  )
})

/** The plan of the statement that `work` runs. */
async function planOf(work: (queries: Queries) => Promise<unknown>): Promise<string> {
  let plan = ''
  const explained: Queries = {
    ...world.database,
    rows: async (strings, ...values) => {
      const explain = Object.assign([`explain ${strings[0]}`, ...strings.slice(1)], { raw: strings.raw })
      const lines = await world.database.rows<Record<string, string>>(explain, ...values)
      plan = lines.map((line) => Object.values(line)[0]).join('\n')
      return []
    },
  }
  await work(explained)
  return plan
}
