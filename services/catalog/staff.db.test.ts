import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { conflict, invalidInput, is, notFound, type Problem, versionConflict } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import { catalog } from './contract.ts'
import service from './service.ts'

// What the people behind the shop need besides making products: to find them, and not to trip over each other.

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
const titles = async (query: object, who: Actor = as) =>
  (await world.call(catalog.listProducts, query, { as: who })).items.map(({ title }) => title)

/** The fields that a request is refused for. */
async function faults(asking: Promise<unknown>): Promise<string[]> {
  const problem = await asking.then(
    () => undefined,
    (error: Problem) => error,
  )
  assert.ok(is(problem, invalidInput), String(problem))
  return (problem.details.errors as { field: string }[]).map(({ field }) => field)
}

test('a product is found by its handle, its SKU, or a part of either or of its title', async () => {
  await make('Felt Slippers', { handle: 'warm-slippers', variants: [{ price, sku: 'SLP-38' }] })
  await make('Straw Hat', { variants: [{ price, sku: 'HAT_1' }] })
  for (const query of [
    { handle: 'warm-slippers' },
    { sku: 'SLP-38' },
    { q: 'felt' },
    { q: 'RM-SLIP' },
    { q: 'slp' },
  ])
    assert.deepEqual(await titles(query), ['Felt Slippers'], JSON.stringify(query))
  assert.deepEqual(await titles({ sku: 'SLP' }), [])
  assert.deepEqual(await titles({ q: 'T_1' }), ['Straw Hat'])
  assert.deepEqual(await titles({ q: 'T_2' }), [])
})

test('shoppers who ask for drafts are shown none, and no other products instead', async () => {
  await make('Unfinished', { status: 'draft' })
  assert.deepEqual(await titles({ status: 'draft' }), ['Unfinished'])
  assert.deepEqual(await titles({ status: 'draft' }, shopper), [])
})

test('a handle that looks like an id leads to its product', async () => {
  const { id } = await make('Produce', { handle: 'prod_uce' })
  assert.equal((await world.call(catalog.getProduct, { id: 'prod_uce' }, { as: shopper })).id, id)
})

test('a handle is the same however its letters are composed', async () => {
  const { id, handle } = await make('Café', { handle: 'cafe\u0301' })
  assert.equal(handle, 'caf\u00e9')
  for (const name of ['caf\u00e9', 'cafe\u0301', 'CAFÉ'])
    assert.equal((await world.call(catalog.getProduct, { id: name }, { as: shopper })).id, id)
})

test('a variant is read by staff, also of a draft, and changed only as it was read', async () => {
  const { variants, version } = await make('Vase', { status: 'draft' })
  const id = variants[0]?.id ?? ''
  assert.equal((await world.call(catalog.getVariant, { id }, { as })).price.amount, 1999)
  const change = (expectedVersion: number) =>
    world.call(catalog.updateVariant, { id, weightGrams: 5 }, { as, expectedVersion })
  assert.equal((await change(version)).weightGrams, 5)
  await assert.rejects(change(version), (error) => is(error, versionConflict))
  const removal = world.call(catalog.removeVariant, { id }, { as, expectedVersion: version })
  await assert.rejects(removal, (error) => is(error, versionConflict))
  const gone = world.call(catalog.getVariant, { id: 'var_01h455vb4pex5vsknk084sn02q' }, { as })
  await assert.rejects(gone, (error) => is(error, notFound))
})

test('prices below zero, of another currency or with a comma for a tag are refused by name', async () => {
  const priced = (amount: number, currency = 'EUR') => ({ variants: [{ price: { amount, currency } }] })
  assert.deepEqual(await faults(make('Below', priced(-1))), ['variants.0.price.amount'])
  assert.deepEqual(await faults(make('Too dear', priced(1e13))), ['variants.0.price.amount'])
  assert.deepEqual(await faults(make('Foreign', priced(1, 'USD'))), ['variants.0.price.currency'])
  const earlier = { variants: [{ price, compareAtPrice: { amount: 1, currency: 'USD' } }] }
  assert.deepEqual(await faults(make('Reduced', earlier)), ['variants.0.compareAtPrice.currency'])
  assert.deepEqual(await faults(make('Tagged', { tags: ['a,b'] })), ['tags.0'])
  assert.deepEqual(await faults(make('Sized', { options: ['Size', 'Size'] })), ['options'])
  assert.deepEqual(await faults(make('  ')), ['title'])
  assert.deepEqual(await titles({ q: 'Foreign' }), [])
})

test('pictures keep the order they are given, and a variant keeps its own among them', async () => {
  const media = ['/b.jpg', '/a.jpg'].map((url) => ({ url }))
  const made = await make('Lamp', { media, variants: [{ price, imageUrl: '/c.jpg' }] })
  const order = (product: typeof made) => product.media.map(({ url, position }) => `${position}${url}`)
  assert.deepEqual(order(made), ['1/b.jpg', '2/a.jpg', '3/c.jpg'])
  const turned = await world.call(catalog.updateProduct, { id: made.id, media: media.toReversed() }, { as })
  assert.deepEqual(order(turned), ['1/a.jpg', '2/b.jpg'])
  assert.equal(turned.variants[0]?.imageUrl, undefined)
})

test('a category is read by id or handle, and its handle can change to a free one', async () => {
  const { id } = await world.call(catalog.createCategory, { name: 'Rain wear' }, { as })
  await world.call(catalog.createCategory, { name: 'Hats' }, { as })
  const changed = await world.call(catalog.updateCategory, { id, handle: 'rain' }, { as })
  assert.equal(changed.name, 'Rain wear')
  for (const name of [id, 'rain'])
    assert.equal((await world.call(catalog.getCategory, { id: name }, { as: shopper })).id, id)
  await assert.rejects(world.call(catalog.getCategory, { id: 'rain-wear' }, { as: shopper }), (error) =>
    is(error, notFound),
  )
  await assert.rejects(world.call(catalog.updateCategory, { id, handle: 'hats' }, { as }), (error) =>
    is(error, conflict),
  )
})
