import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import {
  conflict,
  forbidden,
  invalidInput,
  is,
  notFound,
  unauthenticated,
  versionConflict,
} from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import { catalog, categoryChanged, productChanged, productRemoved, skuTaken } from './contract.ts'
import service from './service.ts'

const as: Actor = { kind: 'staff', id: 'staff_1', permissions: ['catalog'] }
const shopper: Actor = { kind: 'guest', id: 'guest_1' }
const price = { amount: 1999, currency: 'EUR' }
let world: World

before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

const make = (title: string, more = {}) =>
  world.call(catalog.createProduct, { title, status: 'active', variants: [{ price }], ...more }, { as })

test('a product is made with a handle of its title, and everybody is told', async () => {
  const made = await make('Crème Brûlée Set', {
    description: '<p onclick="x()">Nice<script>alert(1)</script></p>',
  })
  assert.equal(made.handle, 'creme-brulee-set')
  assert.equal(made.description, '<p>Nice</p>')
  const said = (await world.said(productChanged)).at(-1)
  assert.deepEqual(said, JSON.parse(JSON.stringify(made)))
})

test('variants carry the options of the product, each combination once', async () => {
  const variants = ['S', 'M'].map((Size) => ({ price, options: { Size } }))
  const { options, variants: made } = await make('Shirt', { options: ['Size'], variants })
  assert.deepEqual(options, [{ name: 'Size', values: ['S', 'M'] }])
  assert.deepEqual(
    made.map(({ title }) => title),
    ['S', 'M'],
  )
  const twice = make('Shirt twice', { variants: [...variants, variants[0]] })
  await assert.rejects(
    twice,
    (error) => is(error, invalidInput) && /variants\.2\.options/.test(error.message),
  )
})

test('a draft is hidden from shoppers and shown to staff', async () => {
  const { id } = await make('Secret', { status: 'draft' })
  await assert.rejects(world.call(catalog.getProduct, { id }, { as: shopper }), (error) =>
    is(error, notFound),
  )
  assert.equal((await world.call(catalog.getProduct, { id }, { as })).title, 'Secret')
  const { items } = await world.call(catalog.listProducts, { limit: 100 }, { as: shopper })
  assert.ok(!items.some((product) => product.id === id))
})

test('a product that is to be published later becomes visible then', async () => {
  const publishAt = new Date(Date.now() + 60_000).toISOString()
  const { id, variants } = await make('Soon', { publishAt })
  const ids = [variants[0]?.id ?? '']
  assert.deepEqual((await world.call(catalog.getVariantsForSale, { ids }, { as: shopper })).items, [])
  world.advance(61_000)
  assert.equal((await world.call(catalog.getProduct, { id }, { as: shopper })).id, id)
  assert.equal(
    (await world.call(catalog.getVariantsForSale, { ids }, { as: shopper })).items[0]?.productTitle,
    'Soon',
  )
})

test('a handle that was changed still leads to the product', async () => {
  const { id } = await make('Old name')
  await world.call(catalog.updateProduct, { id, handle: 'new-name' }, { as })
  const { handle } = await world.call(catalog.getProduct, { id: 'old-name' }, { as: shopper })
  assert.equal(handle, 'new-name')
})

test('of two who change the same version one is told to read again', async () => {
  const { id, version } = await make('Contested')
  await world.call(catalog.updateProduct, { id, title: 'First' }, { as, expectedVersion: version })
  const second = world.call(catalog.updateProduct, { id, title: 'Second' }, { as, expectedVersion: version })
  await assert.rejects(second, (error) => is(error, versionConflict) && error.details.currentVersion === 2)
})

test('a SKU belongs to one variant', async () => {
  await make('Has the SKU', { variants: [{ price, sku: 'ONE' }] })
  await assert.rejects(make('Wants the SKU', { variants: [{ price, sku: 'ONE' }] }), (error) =>
    is(error, skuTaken),
  )
})

test('variants are added, changed and removed, but the last one stays', async () => {
  const { id, variants } = await make('Mug', {
    options: ['Colour'],
    variants: [{ price, options: { Colour: 'Red' } }],
  })
  const blue = await world.call(catalog.addVariant, { id, price, options: { Colour: 'Blue' } }, { as })
  const dearer = await world.call(
    catalog.updateVariant,
    { id: blue.id, price: { amount: 2500, currency: 'EUR' } },
    { as },
  )
  assert.equal(dearer.price.amount, 2500)
  await world.call(catalog.removeVariant, { id: blue.id }, { as })
  const last = world.call(catalog.removeVariant, { id: variants[0]?.id ?? '' }, { as })
  await assert.rejects(last, (error) => is(error, conflict))
})

test('a removed product is gone for all, and said to be', async () => {
  const { id } = await make('Gone')
  await world.call(catalog.removeProduct, { id }, { as })
  await assert.rejects(world.call(catalog.getProduct, { id }, { as }), (error) => is(error, notFound))
  assert.equal((await world.said(productRemoved)).at(-1)?.id, id)
})

test('every product is listed once, page by page', async () => {
  for (let count = 0; count < 5; count++) await make(`Paged ${count}`)
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await world.call(catalog.listProducts, { limit: 2, q: 'Paged', after }, { as })
    seen.push(...page.items.map(({ title }) => title))
    after = page.next
  } while (after)
  assert.deepEqual(seen, ['Paged 4', 'Paged 3', 'Paged 2', 'Paged 1', 'Paged 0'])
})

test('products are read by their ids, at once, as far as the reader may see them', async () => {
  const [one, two, draft] = await Promise.all([make('One'), make('Two'), make('Three', { status: 'draft' })])
  const ids = [one.id, two.id, draft.id]
  const seen = async (reader: Actor) => {
    const { items } = await world.call(catalog.listProducts, { ids }, { as: reader })
    return items.map(({ id }) => id).sort()
  }
  assert.deepEqual(await seen(shopper), [one.id, two.id].sort())
  assert.deepEqual(await seen(as), ids.toSorted())
})

test('a category moves with all below it, and its products are said anew', async () => {
  const root = await world.call(catalog.createCategory, { name: 'Garden' }, { as })
  const leaf = await world.call(catalog.createCategory, { name: 'Pots', parentId: root.id }, { as })
  const other = await world.call(catalog.createCategory, { name: 'Home' }, { as })
  const { id } = await make('Clay pot', { categoryIds: [leaf.id] })
  await world.call(catalog.updateCategory, { id: leaf.id, parentId: other.id }, { as })
  await world.runJobs()
  const said = (await world.said(productChanged)).at(-1)
  assert.equal(said?.id, id)
  assert.deepEqual(
    said?.categories[0]?.map(({ name }) => name),
    ['Home', 'Pots'],
  )
  const { items } = await world.call(catalog.listCategories, {}, { as: shopper })
  assert.equal(items.find(({ name }) => name === 'Home')?.productCount, 1)
  assert.ok((await world.said(categoryChanged)).length >= 4)
})

test('a category counts what is for sale in it and below, each product once, and shows the oldest', async () => {
  const root = await world.call(catalog.createCategory, { name: 'Kitchen' }, { as })
  const below = (name: string) => world.call(catalog.createCategory, { name, parentId: root.id }, { as })
  const [pans, steel] = [await below('Pans'), await below('Steel')]
  const media = (url: string) => ({ media: [{ url }] })
  await make('Draft pan', { status: 'draft', categoryIds: [pans.id] })
  await make('Steel pan', { categoryIds: [pans.id, steel.id], ...media('/steel-pan.jpg') })
  await make('Iron pan', { categoryIds: [pans.id], ...media('/iron-pan.jpg') })
  await make('Steel spoon', { categoryIds: [steel.id] })
  const { items } = await world.call(catalog.listCategories, {}, { as: shopper })
  const told = (id: string) => {
    const { productCount, imageUrl } = items.find((item) => item.id === id) ?? {}
    return [productCount, imageUrl]
  }
  assert.deepEqual(told(root.id), [3, '/steel-pan.jpg'])
  assert.deepEqual(told(pans.id), [2, '/steel-pan.jpg'])
  assert.deepEqual(told(steel.id), [2, '/steel-pan.jpg'])
})

test('a category cannot be moved below itself, nor removed with something in it', async () => {
  const root = await world.call(catalog.createCategory, { name: 'Root' }, { as })
  const leaf = await world.call(catalog.createCategory, { name: 'Leaf', parentId: root.id }, { as })
  const cycle = world.call(catalog.updateCategory, { id: root.id, parentId: leaf.id }, { as })
  await assert.rejects(cycle, (error) => is(error, conflict))
  await assert.rejects(world.call(catalog.removeCategory, { id: root.id }, { as }), (error) =>
    is(error, conflict),
  )
  await world.call(catalog.removeCategory, { id: leaf.id }, { as })
  await world.call(catalog.removeCategory, { id: root.id }, { as })
})

test('shoppers and staff of other departments cannot change products', async () => {
  const body = { title: 'No', variants: [{ price }] }
  const other: Actor = { kind: 'staff', id: 'staff_2', permissions: ['orders'] }
  await assert.rejects(world.call(catalog.createProduct, body, { as: shopper }), (error) =>
    is(error, unauthenticated),
  )
  await assert.rejects(world.call(catalog.createProduct, body, { as: other }), (error) =>
    is(error, forbidden),
  )
})
