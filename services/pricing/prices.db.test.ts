import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Product, productChanged, productRemoved } from '@rialto/catalog/contract'
import { newId } from '@rialto/kit/id'
import { forbidden, invalidInput, is, notFound, unauthenticated, versionConflict } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import { couponTaken, type Promotion, pricing } from './contract.ts'
import service from './service.ts'
import { product, staff } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service, { config: { SHOP_COUNTRIES: 'FR,DE', SHOP_NAME: 'Tea & Cups' } })
})
after(() => world.close())

const changed = (data: Product, version = data.version) =>
  world.hear(productChanged, data, { aggregateId: data.id, aggregateVersion: version })
const removed = ({ id, variants }: Product, version: number) =>
  world.hear(
    productRemoved,
    { id, variantIds: variants.map((variant) => variant.id) },
    { aggregateId: id, aggregateVersion: version },
  )
const quoteOf = (data: Product, more = {}) =>
  world.call(pricing.quote, {
    currency: 'EUR',
    lines: data.variants.map(({ id: variantId }) => ({ variantId, quantity: 1 })),
    ...more,
  })
const variantIds = (data: Product) => data.variants.map(({ id }) => id)
const repriced = (data: Product, amount: number): Product => ({
  ...data,
  variants: data.variants.map((variant) => ({ ...variant, price: { amount, currency: 'EUR' } })),
})

test('a product that the catalog tells of can be quoted, with the taxes of the home country', async () => {
  const tea = product([1000, 2000])
  await changed(tea)
  const quoted = await quoteOf(tea)
  assert.deepEqual([quoted.total, quoted.tax, quoted.lines[0]?.taxRate], [3000, 500, 20])
  assert.equal((await quoteOf(tea, { country: 'DE' })).lines[0]?.taxRate, 19)
})

test('a late message about a product does not bring back its old price', async () => {
  const tea = product([1000])
  await changed(repriced(tea, 1200), 5)
  await changed(tea, 4)
  assert.equal((await quoteOf(tea)).total, 1200)
})

test('a variant that is gone from its product has no price, the others keep theirs', async () => {
  const tea = product([1000, 2000])
  await changed(tea, 1)
  await changed({ ...tea, variants: tea.variants.slice(1) }, 2)
  const { missing, total } = await quoteOf(tea)
  assert.deepEqual([missing, total], [variantIds(tea).slice(0, 1), 2000])
})

test('a removed product has no price, and a late message does not revive it', async () => {
  const tea = product([1000])
  await changed(tea, 1)
  await removed(tea, 3)
  await changed(tea, 2)
  assert.deepEqual((await quoteOf(tea)).missing, variantIds(tea))
})

test('the removal of a product may come before the product itself', async () => {
  const tea = product([1000])
  await removed(tea, 2)
  await changed(tea, 1)
  assert.deepEqual((await quoteOf(tea)).missing, variantIds(tea))
})

test('a draft cannot be bought at a price', async () => {
  const tea = product([1000], { status: 'draft' })
  await changed(tea, 1)
  assert.deepEqual((await quoteOf(tea)).missing, variantIds(tea))
  await changed({ ...tea, status: 'active' }, 2)
  assert.equal((await quoteOf(tea)).total, 1000)
})

test('a product with two thousand variants gets all its prices', async () => {
  const many = product(Array.from({ length: 2_000 }, (_, index) => index))
  await changed(many)
  const last = { ...many, variants: many.variants.slice(-100) }
  assert.equal((await quoteOf(last)).lines.length, 100)
})

test('a promotion for a category holds for products in categories below it, at once', async () => {
  const [food, tea] = [newId('cat'), newId('cat')]
  const path = [
    { id: food, name: 'Food', handle: 'food' },
    { id: tea, name: 'Tea', handle: 'tea' },
  ]
  const green = product([1000], { categories: [path] })
  await changed(green)
  assert.equal((await quoteOf(green)).total, 1000)
  const terms = {
    label: 'Food sale',
    action: { kind: 'percent', percent: 10 } as const,
    categoryIds: [food],
    priority: 3,
  }
  const promotion = await world.call(pricing.createPromotion, terms, { as: staff })
  const { total, lines } = await quoteOf(green)
  assert.deepEqual([total, lines[0]?.adjustments[0]?.label], [900, 'Food sale'])
  await world.call(pricing.removePromotion, { id: promotion.id }, { as: staff })
  assert.equal((await quoteOf(green)).total, 1000)
})

test('a change of the rules by another replica is seen within a second', async () => {
  const tea = product([1000])
  await changed(tea)
  const rate = { country: 'FR', taxClass: 'standard' }
  await quoteOf(tea)
  await world.database.run`update tax_rates set percent = 25 where country = 'FR' and tax_class = 'standard'`
  world.advance(1_001)
  assert.equal((await quoteOf(tea)).lines[0]?.taxRate, 25)
  await world.call(pricing.setTaxRate, { ...rate, percent: 20, name: 'TVA' }, { as: staff })
  assert.equal((await quoteOf(tea)).lines[0]?.taxRate, 20)
})

test('a rate that staff set is listed', async () => {
  const rate = { country: 'NO', taxClass: 'standard', percent: 25, name: 'MVA' }
  await world.call(pricing.setTaxRate, { ...rate, percent: 24 }, { as: staff })
  await world.call(pricing.setTaxRate, rate, { as: staff })
  const { items } = await world.call(pricing.listTaxRates, {}, { as: staff })
  assert.deepEqual(
    items.filter(({ country }) => country === 'NO'),
    [rate],
  )
})

test('promotions are listed newest first, page by page, as they were made', async () => {
  const made: Promotion[] = []
  for (const coupon of ['PAGE-1', 'PAGE-2', 'PAGE-3']) {
    const terms = {
      label: 'Page',
      coupon,
      action: { kind: 'fixed', amount: { amount: 100, currency: 'EUR' } } as const,
      startsAt: '2026-01-01T02:00:00+02:00',
      usageLimit: 5,
    }
    made.unshift(await world.call(pricing.createPromotion, terms, { as: staff }))
  }
  assert.equal(made[0]?.startsAt, '2026-01-01T00:00:00.000Z')
  const first = await world.call(pricing.listPromotions, { limit: 2 }, { as: staff })
  assert.deepEqual(first.items, made.slice(0, 2))
  const second = await world.call(pricing.listPromotions, { limit: 2, after: first.next }, { as: staff })
  assert.deepEqual(second.items[0], made[2])
})

test('two promotions cannot have the same coupon, until the first is ended', async () => {
  const terms = { label: 'Once', coupon: 'ONCE', action: { kind: 'free-delivery' } as const }
  const create = () => world.call(pricing.createPromotion, terms, { as: staff })
  const { id } = await create()
  await assert.rejects(create(), (error) => is(error, couponTaken))
  const stale = world.call(pricing.removePromotion, { id }, { as: staff, expectedVersion: 7 })
  await assert.rejects(stale, (error) => is(error, versionConflict))
  await world.call(pricing.removePromotion, { id }, { as: staff, expectedVersion: 1 })
  await assert.rejects(world.call(pricing.removePromotion, { id }, { as: staff }), (e) => is(e, notFound))
  await create()
})

test('a promotion that makes no sense is refused with what to change', async () => {
  const terms = {
    label: 'Odd',
    action: { kind: 'fixed', amount: { amount: 0, currency: 'EUR' } } as const,
    minimumSubtotal: { amount: 100, currency: 'USD' },
    startsAt: '2026-02-01T00:00:00Z',
    endsAt: '2026-01-01T00:00:00Z',
    usageLimit: 3,
  }
  await assert.rejects(world.call(pricing.createPromotion, terms, { as: staff }), (error) => {
    assert.ok(is(error, invalidInput))
    const fields = (error.details.errors as { field: string }[]).map(({ field }) => field)
    assert.deepEqual(fields, ['action.amount', 'minimumSubtotal', 'endsAt', 'usageLimit'])
    return true
  })
})

test('only staff for pricing change promotions; everyone may ask for a quote', async () => {
  const terms = { label: 'Mine', action: { kind: 'percent', percent: 100 } as const }
  const guest = { kind: 'guest', id: newId('guest') } as const
  const other = { ...staff, permissions: ['catalog'] } as const
  await assert.rejects(world.call(pricing.createPromotion, terms, { as: guest }), (e) =>
    is(e, unauthenticated),
  )
  await assert.rejects(world.call(pricing.createPromotion, terms, { as: other }), (e) => is(e, forbidden))
  const quoted = await world.call(pricing.quote, { currency: 'EUR', lines: [] }, { as: { kind: 'anyone' } })
  assert.equal(quoted.total, 0)
})

test('the shop tells its name, currency, countries and how it shows prices', async () => {
  assert.deepEqual(await world.call(pricing.getShopSettings, {}, { as: { kind: 'anyone' } }), {
    name: 'Tea & Cups',
    currency: 'EUR',
    pricesIncludeTax: true,
    countries: ['FR', 'DE'],
  })
})
