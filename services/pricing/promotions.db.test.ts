import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { invalidInput, is, notFound, versionConflict } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import { type Promotion, pricing } from './contract.ts'
import service from './service.ts'
import { staff } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

const make = (coupon: string, more: Partial<Promotion> = {}) =>
  world.call(
    pricing.createPromotion,
    { label: coupon, coupon, action: { kind: 'percent', percent: 10 }, ...more },
    { as: staff },
  )
const change = ({ id }: Promotion, fields: Partial<Promotion>, expectedVersion?: number) =>
  world.call(pricing.updatePromotion, { id, ...fields }, { as: staff, expectedVersion })
const redeem = (code: string) =>
  world.call(pricing.redeemCoupons, { checkoutId: newId('chk'), codes: [code], shopperId: newId('guest') })

test('a promotion changes in what is given, keeps the rest, and a lost race is noticed', async () => {
  const made = await make('SPRING', { usageLimit: 5, priority: 3 })
  await redeem('SPRING')
  const endsAt = '2030-01-01T00:00:00.000Z'
  const changed = await change(made, { label: 'Spring sale', endsAt }, 1)
  assert.deepEqual(changed, { ...made, label: 'Spring sale', endsAt, used: 1, version: 2 })
  assert.deepEqual(await world.call(pricing.getPromotion, { id: made.id }, { as: staff }), changed)
  await assert.rejects(change(made, { label: 'Late' }, 1), (error) => is(error, versionConflict))
  await assert.rejects(change({ ...made, id: newId('promo') }, { label: 'x' }), (error) =>
    is(error, notFound),
  )
})

test('a limit below the uses there were, or an end before the start, is refused by name', async () => {
  const made = await make('TWO', { usageLimit: 5, startsAt: '2020-01-01T00:00:00Z' })
  await redeem('TWO')
  await redeem('TWO')
  const refused = (field: string) => (error: unknown) =>
    is(error, invalidInput) && (error.details.errors as { field: string }[])[0]?.field === field
  await assert.rejects(change(made, { usageLimit: 1 }), refused('usageLimit'))
  await assert.rejects(change(made, { endsAt: '2019-01-01T00:00:00Z' }), refused('endsAt'))
  assert.equal((await change(made, { usageLimit: 2 })).usageLimit, 2)
})

test('a coupon is found by its code, however it is typed', async () => {
  const made = await make('FIND-ME')
  const found = async (coupon: string) =>
    (await world.call(pricing.listPromotions, { coupon }, { as: staff })).items.map(({ id }) => id)
  assert.deepEqual(await found('find-me'), [made.id])
  assert.deepEqual(await found('FIND'), [])
})
