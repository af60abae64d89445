import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { invalidInput, is, notFound, unauthenticated, versionConflict } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import { shipping } from './contract.ts'
import { prepare } from './prepare.ts'
import service from './service.ts'
import { staff } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

const as = staff
const methods = async () => (await world.call(shipping.listDeliveryMethods, {}, { as })).items
const options = async (country: string) =>
  (
    await world.call(
      shipping.listDeliveryOptions,
      { country, currency: 'EUR', subtotal: 1000, weightGrams: 500, itemCount: 1 },
      { as: { kind: 'anyone' } },
    )
  ).items
const van = {
  name: 'Van',
  countries: ['XX'],
  rate: { kind: 'flat', price: { amount: 300, currency: 'EUR' } } as const,
  cutOffHour: 12,
  handlingDays: 1,
  transitDaysMin: 1,
  transitDaysMax: 1,
}

test('a new shop has delivery methods to start with', async () => {
  assert.deepEqual(
    (await methods()).map(({ name }) => name),
    ['Standard', 'Express', 'Freight', 'Worldwide'],
  )
  const [cheapest] = await options('DE')
  assert.deepEqual([cheapest?.name, cheapest?.price], ['Standard', { amount: 490, currency: 'EUR' }])
  assert.match(cheapest?.earliest ?? '', /^\d{4}-\d\d-\d\d$/)
})

test('a method that staff create, change and remove is offered accordingly, at once', async () => {
  assert.deepEqual(await options('XX'), [])
  const made = await world.call(shipping.createDeliveryMethod, van, { as })
  assert.deepEqual(made, { id: made.id, ...van, version: 1 })
  assert.deepEqual((await options('XX'))[0]?.methodId, made.id)
  const { id } = made
  const changed = await world.call(shipping.replaceDeliveryMethod, { id, ...van, name: 'Lorry' }, { as })
  assert.deepEqual([changed.version, (await options('XX'))[0]?.name], [2, 'Lorry'])
  await world.call(shipping.removeDeliveryMethod, { id }, { as })
  assert.deepEqual(await options('XX'), [])
  await assert.rejects(world.call(shipping.removeDeliveryMethod, { id }, { as }), (e) => is(e, notFound))
})

test('of two who change the same method, the second is told', async () => {
  const { id } = await world.call(shipping.createDeliveryMethod, van, { as })
  const change = () =>
    world.call(shipping.replaceDeliveryMethod, { id, ...van, name: 'Mine' }, { as, expectedVersion: 1 })
  const results = await Promise.allSettled([change(), change()])
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  await assert.rejects(change(), (error) => is(error, versionConflict) && error.details.currentVersion === 2)
  await world.call(shipping.removeDeliveryMethod, { id }, { as, expectedVersion: 2 })
})

test('a method that makes no sense is refused', async () => {
  const odd = { ...van, transitDaysMin: 3, transitDaysMax: 2 }
  await assert.rejects(world.call(shipping.createDeliveryMethod, odd, { as }), (e) => is(e, invalidInput))
  const negative = { ...van, rate: { kind: 'flat', price: { amount: -1, currency: 'EUR' } } as const }
  await assert.rejects(world.call(shipping.createDeliveryMethod, negative, { as }), (e) =>
    is(e, invalidInput),
  )
})

test('a change by another replica is seen within a second', async () => {
  await options('DE')
  await world.database.run`
    update delivery_methods set details = details || '{"name": "Renamed"}' where details ->> 'name' = 'Standard'`
  world.advance(1_001)
  assert.equal((await options('DE'))[0]?.name, 'Renamed')
})

test('a shop whose staff removed all methods gets none back at the next start', async () => {
  for (const { id } of await methods()) await world.call(shipping.removeDeliveryMethod, { id }, { as })
  const own = { currency: 'EUR', methods: { changes: () => {} } }
  await prepare({ database: world.database, own, newId } as unknown as Parameters<typeof prepare>[0])
  assert.deepEqual(await methods(), [])
})

test('a guest cannot change delivery methods', async () => {
  const guest = { kind: 'guest', id: newId('guest') } as const
  await assert.rejects(world.call(shipping.createDeliveryMethod, van, { as: guest }), (error) =>
    is(error, unauthenticated),
  )
})
