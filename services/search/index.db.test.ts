import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { categoryChanged, type Product, productChanged, productRemoved } from '@rialto/catalog/contract'
import { type Availability, stockChanged } from '@rialto/inventory/contract'
import { newId } from '@rialto/kit/id'
import { openWorld, type World } from '@rialto/kit/testing'
import { type Order, orderPlaced } from '@rialto/orders/contract'
import fc from 'fast-check'
import { listingChanged, search } from './contract.ts'
import service from './service.ts'
import { product, variant } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

const say = (given: Product) =>
  world.hear(productChanged, given, { aggregateId: given.id, aggregateVersion: given.version })
const remove = ({ id, variants }: Product, version: number) =>
  world.hear(productRemoved, { id, variantIds: variants.map((one) => one.id) }, { aggregateVersion: version })
const stock = (variantId: string, state: Availability['state'], version: number) =>
  world.hear(stockChanged, { variantId, state, available: 5 }, { aggregateVersion: version })
const buy = (variantId: string, quantity: number) => {
  const order = { lines: [{ variantId, quantity }] } as unknown as Order
  return world.hear(orderPlaced, {
    orderId: newId('ord'),
    checkoutId: newId('chk'),
    cartId: newId('cart'),
    order,
  })
}
const find = async (q: string) => (await world.call(search.searchProducts, { q: `"${q}"` })).items
const titles = async (q: string) => (await find(q)).map(({ title }) => title)

/** Of two variants: sometimes in stock, at last low and out; and an earlier state that must lose. */
const wholeStory = () => {
  const id = newId('prod')
  const title = `Story ${id.slice(-10)}`
  const [one, other] = [variant(id, 900), variant(id, 1900)]
  const draft: Product = { ...product(title, 0), id, variants: [one], status: 'draft' }
  const active: Product = { ...draft, variants: [one, other], status: 'active', version: 2 }
  const told = [
    () => say(draft),
    () => say(active),
    () => stock(one.id, 'in-stock', 1),
    () => stock(one.id, 'low', 2),
    () => stock(other.id, 'in-stock', 3),
    () => stock(other.id, 'out', 4),
  ]
  return { title, told }
}

test('in whatever order product and stock are told, and however often, the product shows the newest', async () => {
  const orders = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 })
  await fc.assert(
    fc.asyncProperty(orders, fc.nat(5), async (order, again) => {
      const { title, told } = wholeStory()
      for (const step of [...order, again]) await told[step]?.()
      const [hit] = await find(title)
      assert.deepEqual(
        [hit?.availability, hit?.variantCount, hit?.price.amount, hit?.priceTo?.amount],
        ['low', 2, 900, 1900],
      )
    }),
    { numRuns: 20 },
  )
})

test('stock of which nothing was heard counts as none', async () => {
  await say(product('Unstocked Thing', 100))
  assert.equal((await find('Unstocked Thing'))[0]?.availability, 'out')
})

test('a variant that the product has no more does not count for it', async () => {
  const thing = product('Two Of A Kind', 100)
  const second = variant(thing.id, 300)
  await stock(second.id, 'in-stock', 1)
  await say({ ...thing, variants: [...thing.variants, second] })
  assert.equal((await find('Two Of A Kind'))[0]?.availability, 'in-stock')
  await say({ ...thing, version: 2 })
  await stock(second.id, 'low', 2)
  const [hit] = await find('Two Of A Kind')
  assert.deepEqual(
    [hit?.availability, hit?.priceTo, hit?.variantId],
    ['out', undefined, thing.variants[0]?.id],
  )
})

test('drafts and archived products are never found, whatever comes late', async () => {
  const thing = product('Hidden Thing', 1000, { status: 'draft' })
  await say(thing)
  assert.deepEqual(await titles('Hidden Thing'), [])
  await say({ ...thing, status: 'active', version: 3 })
  await say({ ...thing, status: 'draft', version: 2 })
  assert.deepEqual(await titles('Hidden Thing'), ['Hidden Thing'])
  await say({ ...thing, status: 'archived', version: 4 })
  await say({ ...thing, status: 'active', version: 3 })
  assert.deepEqual(await titles('Hidden Thing'), [])
})

test('a removed product stays removed, also when its changes come after', async () => {
  const thing = product('Removed Thing', 1000)
  await remove(thing, 3)
  await say(thing)
  await say({ ...thing, version: 2 })
  assert.deepEqual(await titles('Removed Thing'), [])
})

test('an announced product appears at its instant, as it is then', async () => {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString()
  const soon = product('Soon Here', 1000, { publishAt: at(60_000) })
  const dropped = product('Soon Dropped', 1000, { publishAt: at(60_000) })
  const moved = product('Soon Moved', 1000, { publishAt: at(60_000) })
  for (const given of [soon, dropped, moved]) await say(given)
  await remove(dropped, 2)
  await say({ ...moved, publishAt: at(600_000), version: 2 })
  await world.runJobs()
  assert.deepEqual(await titles('Soon'), [])
  world.advance(61_000)
  await world.runJobs()
  assert.deepEqual(await titles('Soon'), ['Soon Here'])
  world.advance(600_000)
  await world.runJobs()
  assert.deepEqual((await titles('Soon')).sort(), ['Soon Here', 'Soon Moved'])
})

test('what sells well comes first when asked so, whichever is told first, product or order', async () => {
  const [early, late] = [product('Seller Early', 100), product('Seller Late', 100)]
  await buy(early.variants[0]?.id ?? '', 3)
  await say(early)
  await say(late)
  await buy(late.variants[0]?.id ?? '', 2)
  const best = async () => {
    world.advance(15_000)
    await world.runJobs()
    const { items } = await world.call(search.searchProducts, { q: 'seller', sort: 'best-selling' })
    return items.map(({ title }) => title)
  }
  assert.deepEqual(await best(), ['Seller Early', 'Seller Late'])
  await buy(late.variants[0]?.id ?? '', 2)
  assert.deepEqual(await best(), ['Seller Late', 'Seller Early'])
  await say({ ...late, version: 2 })
  assert.deepEqual(await best(), ['Seller Late', 'Seller Early'])
})

test('a renamed category keeps its new name, also when an older change comes after', async () => {
  const id = newId('cat')
  const filed = (name: string, updatedAt: string) =>
    product('Filed Thing', 100, { categories: [[{ id, name, handle: 'filed' }]], updatedAt })
  const names = async () => {
    const { categories } = await world.call(search.searchProducts, { q: '"Filed Thing"' })
    return categories.map(({ name, count }) => [name, count])
  }
  await say(filed('Old', '2026-02-01T00:00:00.000Z'))
  await say(filed('New', '2026-02-02T00:00:00.000Z'))
  await say(filed('Old', '2026-02-01T12:00:00.000Z'))
  assert.deepEqual(await names(), [['New', 3]])
  await world.hear(categoryChanged, { id, removed: true })
  assert.deepEqual(await names(), [])
})

test('a handle, a picture and a reduction are shown as the catalog has them', async () => {
  const thing = product('Pictured Thing', 900, {
    media: [{ url: '/media/a.webp', alt: 'A thing', position: 1 }],
  })
  const reduced = thing.variants.map((one) => ({ ...one, compareAtPrice: { amount: 1200, currency: 'EUR' } }))
  await say({ ...thing, variants: reduced })
  assert.deepEqual(await find('Pictured Thing'), [
    {
      productId: thing.id,
      handle: thing.handle,
      title: 'Pictured Thing',
      vendor: 'Norde',
      imageUrl: '/media/a.webp',
      imageAlt: 'A thing',
      price: { amount: 900, currency: 'EUR' },
      priceTo: undefined,
      compareAtPrice: { amount: 1200, currency: 'EUR' },
      availability: 'out',
      variantCount: 1,
      variantId: thing.variants[0]?.id,
    },
  ])
})

test('a change that shows is told of, one that does not show is not', async () => {
  const told = async (change: () => Promise<void>) => {
    const before = (await world.said(listingChanged)).length
    await change()
    return (await world.said(listingChanged)).length - before
  }
  const shown = product('Told Of', 500)
  const id = shown.variants[0]?.id ?? ''
  assert.equal(await told(() => say(shown)), 1)
  assert.equal(await told(() => stock(id, 'in-stock', 1)), 1)
  assert.equal(await told(() => stock(id, 'in-stock', 2)), 0)
  assert.equal(await told(() => stock(id, 'out', 3)), 1)
  assert.equal(await told(() => remove(shown, 2)), 1)
})
