import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { catalog, type Product, productChanged, productRemoved } from '@rialto/catalog/contract'
import { inventory } from '@rialto/inventory/contract'
import type { Actor } from '@rialto/kit/access'
import { openWorld, peer, type World } from '@rialto/kit/testing'
import { search } from './contract.ts'
import service from './service.ts'
import { product } from './testing.ts'

// The catalog as the rebuild reads it, in pages of two.
let shelf: Product[] = []
let pageRead: (page: number) => Promise<void>
let readers: string[] = []
let world: World

beforeEach(async () => {
  shelf = []
  readers = []
  pageRead = async () => {}
  world = await openWorld(service, {
    peers: [
      peer(catalog.listProducts, async ({ after = '0' }, { actor }) => {
        readers.push(actor.kind)
        const start = Number(after)
        // What is read is what is there before the page is on its way.
        const items = shelf.slice(start, start + 2)
        const more = start + 2 < shelf.length
        await pageRead(start / 2)
        return { items, next: more ? String(start + 2) : undefined }
      }),
      peer(inventory.getAvailability, ({ variantIds }) => ({
        items: variantIds.map((variantId) => ({ variantId, state: 'low', available: 2 })),
      })),
    ],
  })
})
afterEach(() => world.close())

const staff: Actor = { kind: 'staff', id: 'staff_1', permissions: ['catalog'] }
const rebuild = () => world.call(search.rebuildIndex, {}, { as: staff })
const say = (given: Product) =>
  world.hear(productChanged, given, { aggregateId: given.id, aggregateVersion: given.version })
const titles = async () => {
  const { items } = await world.call(search.searchProducts, { sort: 'price-ascending', limit: 100 })
  return items.map(({ title }) => title)
}
const rows = async () => {
  const found = await world.database.row<{ count: number }>`select count(*) from documents`
  return found?.count
}

test('a search that is newer than the shop learns its products and their stock by a rebuild', async () => {
  shelf = [product('A', 1), product('B', 2), product('C', 3), product('D', 4), product('E', 5)]
  await rebuild()
  await world.runJobs()
  assert.deepEqual(await titles(), ['A', 'B', 'C', 'D', 'E'])
  assert.deepEqual(readers, ['service', 'service', 'service'])
  const { items } = await world.call(search.searchProducts, { q: 'A' })
  assert.equal(items[0]?.availability, 'low')
})

test('what is in the index by mistake is gone after a rebuild, and nothing is kept twice', async () => {
  shelf = [product('A', 1), product('B', 2), product('C', 3)]
  for (const given of [...shelf, product('Ghost', 9)]) await say(given)
  for (let round = 0; round < 3; round++) {
    await rebuild()
    await world.runJobs()
    assert.deepEqual(await titles(), ['A', 'B', 'C'])
    assert.equal(await rows(), 3)
  }
})

test('searches go on and events take effect in both indexes while one is rebuilt', async () => {
  const [a, b, c, d] = [product('A', 1), product('B', 2), product('C', 3), product('D', 4)]
  shelf = [a, b, c, d]
  for (const given of shelf) await say(given)
  const reached = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  pageRead = async (page) => {
    if (page !== 1) return
    reached.resolve()
    await go.promise
  }
  await rebuild()
  const running = world.runJobs()
  await reached.promise
  // The page with C and D was read but not written; A and B are written already.
  const heard = [
    say({ ...a, title: 'A2', version: 2 }),
    world.hear(productRemoved, { id: b.id, variantIds: [] }, { aggregateVersion: 2 }),
    say({ ...c, title: 'C2', version: 2 }),
    world.hear(productRemoved, { id: d.id, variantIds: [] }, { aggregateVersion: 2 }),
    say(product('E', 5)),
  ]
  const changed = ['A2', 'C2', 'E']
  while (JSON.stringify(await titles()) !== JSON.stringify(changed));
  go.resolve()
  await Promise.all([running, ...heard])
  assert.deepEqual(await titles(), changed)
  assert.equal(await rows(), changed.length)
})

test('a rebuild that is asked for again while it runs goes on; one that stalled is begun anew', async () => {
  shelf = [product('A', 1), product('B', 2), product('C', 3)]
  await rebuild()
  await rebuild()
  await world.runJobs()
  assert.equal(readers.length, 2)
  await world.database.run`update index_state set building = 1 - live, rebuild_id = 'reb_dead'`
  world.advance(601_000)
  await rebuild()
  await world.runJobs()
  assert.deepEqual(await titles(), ['A', 'B', 'C'])
  assert.equal(readers.length, 4)
})

test('a rebuild finds an announced product and shows it at its instant', async () => {
  shelf = [product('A', 1), product('Soon', 2, { publishAt: new Date(Date.now() + 60_000).toISOString() })]
  await rebuild()
  await world.runJobs()
  assert.deepEqual(await titles(), ['A'])
  world.advance(61_000)
  await world.runJobs()
  assert.deepEqual(await titles(), ['A', 'Soon'])
})
