import { after, before, test } from 'node:test'
import { categoryChanged, type Product, productChanged, productRemoved } from '@rialto/catalog/contract'
import { stockChanged } from '@rialto/inventory/contract'
import { assertAnyOrder, type Said, type Story, said } from '@rialto/kit/disorder'
import { newId } from '@rialto/kit/id'
import { openWorld, type World } from '@rialto/kit/testing'
import { type Order, orderPlaced } from '@rialto/orders/contract'
import service from './service.ts'
import { product } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

/** Two products in two categories: one changes and is sold, the other goes; so does one of the categories. */
async function tell(): Promise<Story> {
  const [kept, gone] = [newId('cat'), newId('cat')]
  const tea = product('Tea', 100)
  const mug = product('Mug', 900)
  const [leaf] = tea.variants as [Product['variants'][number]]
  const variants = [{ ...leaf, price: { amount: 150, currency: 'EUR' } }]
  const categories = [path(kept, 'Beverages')]
  const changes = [
    ...versions(tea, [
      { categories: [path(kept, 'Drinks'), path(gone, 'Sale')] },
      { categories: [path(kept, 'Drinks'), path(gone, 'Sale')], variants },
      { categories, variants },
      { categories, variants, title: 'Green Tea' },
    ]),
    ...versions(mug, [{ categories: [path(kept, 'Drinks')] }, {}, { categories }]),
  ]
  const removed = { id: mug.id, variantIds: mug.variants.map(({ id }) => id) }
  const events = [
    ...changes.map((data) => said(productChanged, data, versionOf(data.id, data.version))),
    ...stockOf(leaf.id),
    ...[2, 3].map((quantity) => saleOf(leaf.id, quantity)),
    said(categoryChanged, { id: kept, removed: false }, versionOf(kept, 2)),
    said(categoryChanged, { id: gone, removed: true }, versionOf(gone, 2)),
    said(productRemoved, removed, versionOf(mug.id, 4)),
  ]
  const outcome = async () => ({
    documents: await world.database.rows`
      select title, price_min, price_max, availability, sold, cardinality(categories) as categories
      from documents where product_id = any(${[tea.id, mug.id]}) order by title`,
    categories: await world.database.rows`
      select name, handle from categories where id = any(${[kept, gone]}) order by name`,
  })
  return { events, outcome }
}

const path = (id: string, name: string) => [{ id, name, handle: name.toLowerCase() }]
const versionOf = (aggregateId: string, aggregateVersion: number) => ({ aggregateId, aggregateVersion })

/** A product as it is after each of its changes, a day apart. */
function versions(first: Product, changes: readonly Partial<Product>[]): Product[] {
  return changes.map((change, index) => {
    const updatedAt = new Date(Date.parse('2026-05-01T00:00:00Z') + index * 86_400_000).toISOString()
    return { ...first, ...change, version: index + 1, updatedAt }
  })
}

function stockOf(variantId: string): Said[] {
  return (['in-stock', 'low', 'out', 'low'] as const).map((state, index) =>
    said(stockChanged, { variantId, available: 3, state }, versionOf(variantId, index + 1)),
  )
}

function saleOf(variantId: string, quantity: number): Said {
  const order = { lines: [{ variantId, quantity }] } as unknown as Order
  return said(orderPlaced, { orderId: newId('ord'), checkoutId: newId('chk'), cartId: newId('cart'), order })
}

test('the index comes to the same, in whatever order and however often its news arrive', async () => {
  await assertAnyOrder(world, tell, { settleMs: 60_000, runs: 40 })
})
