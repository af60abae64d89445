import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { forbidden, invalidInput, is, notFound, unauthenticated, versionConflict } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import { pricing, waitingRoomChanged } from './contract.ts'
import service from './service.ts'
import { staff } from './testing.ts'

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
const set = (more: Partial<typeof sale> = {}, expectedVersion?: number) =>
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
