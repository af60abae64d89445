import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { productChanged } from '@rialto/catalog/contract'
import type { Input } from '@rialto/kit/contract'
import { newId } from '@rialto/kit/id'
import { forbidden, invalidInput, is, notFound, unauthenticated, versionConflict } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import { pricing, waitingRoomChanged } from './contract.ts'
import service from './service.ts'
import { product, staff } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

const sale = {
  waitsFrom: '2030-01-01T09:00:00.000Z',
  opensAt: '2030-01-01T10:00:00.000Z',
  endsAt: '2030-01-01T12:00:00.000Z',
  perMinute: 600,
  passMinutes: 10,
}
const set = (more: Partial<Input<typeof pricing.setWaitingRoom>> = {}, expectedVersion?: number) =>
  world.call(pricing.setWaitingRoom, { ...sale, ...more }, { as: staff, expectedVersion })
const present = async () => (await world.call(pricing.getWaitingRoom, {})).room

test('staff put a room before the checkout, change its pace, and take it away', async () => {
  assert.equal(await present(), undefined)
  const made = await set()
  assert.deepEqual(await present(), { ...sale, id: made.id, version: 1 })
  const faster = await set({ perMinute: 900 }, 1)
  assert.deepEqual([faster.id, faster.perMinute, faster.version], [made.id, 900, 2])
  await assert.rejects(set({}, 1), (error) => is(error, versionConflict))
  await world.call(pricing.closeWaitingRoom, {}, { as: staff })
  assert.equal(await present(), undefined)
  await assert.rejects(world.call(pricing.closeWaitingRoom, {}, { as: staff }), (error) =>
    is(error, notFound),
  )
  assert.equal((await world.said(waitingRoomChanged)).length, 3)
})

test('times that do not follow each other are refused by name', async () => {
  const fieldsOf = (more: Partial<typeof sale>) =>
    set(more).catch((error) => is(error, invalidInput) && error.details.errors)
  assert.partialDeepStrictEqual(await fieldsOf({ opensAt: '2030-01-01T08:00:00.000Z' }), [
    { field: 'opensAt' },
  ])
  assert.partialDeepStrictEqual(await fieldsOf({ endsAt: sale.opensAt }), [{ field: 'endsAt' }])
  const past = {
    waitsFrom: '2020-01-01T09:00:00Z',
    opensAt: '2020-01-01T09:00:00Z',
    endsAt: '2020-01-02T09:00:00Z',
  }
  assert.partialDeepStrictEqual(await fieldsOf(past), [{ field: 'endsAt' }])
})

test('a room may be for some products and categories, those below included', async () => {
  const category = { id: newId('cat'), handle: 'drops', name: 'Drops' }
  const below = { id: newId('cat'), handle: 'shoes', name: 'Shoes' }
  const products = [product([100]), product([200], { categories: [[category, below]] }), product([300])]
  for (const one of products) {
    await world.hear(productChanged, one, { aggregateId: one.id, aggregateVersion: 1 })
  }
  const [tea, shoe, other] = products.map(({ variants }) => variants[0]?.id ?? '') as [string, string, string]
  const isFor = async () => {
    const service = { kind: 'service', name: 'gateway' } as const
    const asked = { variantIds: [tea, shoe, other, newId('var')] }
    return (await world.call(pricing.findSaleGoods, asked, { as: service })).variantIds.toSorted()
  }
  assert.deepEqual(await isFor(), [])
  await set({ productIds: products.slice(0, 1).map(({ id }) => id), categoryIds: [category.id] })
  assert.deepEqual((await present())?.categoryIds, [category.id])
  assert.deepEqual(await isFor(), [tea, shoe].toSorted())
  await set({ categoryIds: [below.id] })
  assert.deepEqual(await isFor(), [shoe])
  const whole = await set()
  assert.deepEqual([whole.productIds, whole.categoryIds], [undefined, undefined])
  assert.deepEqual(await isFor(), [tea, shoe, other].toSorted())
  await world.call(pricing.closeWaitingRoom, {}, { as: staff })
  assert.deepEqual(await isFor(), [])
})

test('a room for no goods at all is refused by name', async () => {
  const refused = await set({ productIds: [] }).catch(
    (error) => is(error, invalidInput) && error.details.errors,
  )
  assert.partialDeepStrictEqual(refused, [{ field: 'productIds' }])
})

test('nobody else sets one', async () => {
  const guest = { kind: 'guest', id: 'guest_01h455vb4pex5vsknk084sn02q' } as const
  const other = { ...staff, permissions: ['catalog'] } as typeof staff
  await assert.rejects(world.call(pricing.setWaitingRoom, sale, { as: guest }), (error) =>
    is(error, unauthenticated),
  )
  await assert.rejects(world.call(pricing.setWaitingRoom, sale, { as: other }), (error) =>
    is(error, forbidden),
  )
})
