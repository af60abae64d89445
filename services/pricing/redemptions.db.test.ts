import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { productChanged } from '@rialto/catalog/contract'
import { newId } from '@rialto/kit/id'
import { is } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import { couponUnusable, type Promotion, pricing } from './contract.ts'
import service from './service.ts'
import { product, staff } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

const shopper = () => newId('guest')
const coupon = (code: string, limits: Partial<Promotion> = {}) =>
  world.call(
    pricing.createPromotion,
    { label: code, coupon: code, action: { kind: 'percent', percent: 10 }, ...limits },
    { as: staff },
  )
const redeem = (checkoutId: string, codes: string[], shopperId = shopper()) =>
  world.call(pricing.redeemCoupons, { checkoutId, codes, shopperId })
const release = (checkoutId: string) => world.call(pricing.releaseCoupons, { checkoutId })
const used = async (code: string) =>
  (await world.database.row<{ used: number }>`select used from promotions where coupon = ${code}`)?.used
const refused = (code: string, words: RegExp) => (error: unknown) => {
  assert.ok(is(error, couponUnusable))
  assert.equal(error.details.coupon, code)
  assert.match(error.message, words)
  return true
}
const succeeded = (results: PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length

test('a checkout counts its coupons once, however often it asks', async () => {
  await coupon('TWICE')
  const checkoutId = newId('chk')
  await Promise.all([redeem(checkoutId, ['TWICE']), redeem(checkoutId, ['twice'])])
  await redeem(checkoutId, ['TWICE'])
  assert.equal(await used('TWICE'), 1)
})

test('of many checkouts at once only as many get a coupon as its limit allows', async () => {
  await coupon('FIVE', { usageLimit: 5 })
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => redeem(newId('chk'), ['FIVE'])))
  assert.deepEqual([succeeded(results), await used('FIVE')], [5, 5])
  await assert.rejects(redeem(newId('chk'), ['FIVE']), refused('FIVE', /used up/))
})

test('one shopper with many tabs uses a coupon only as often as a shopper may', async () => {
  await coupon('MINE', { usageLimitPerShopper: 2 })
  const me = shopper()
  const results = await Promise.allSettled(
    Array.from({ length: 12 }, () => redeem(newId('chk'), ['MINE'], me)),
  )
  assert.deepEqual([succeeded(results), await used('MINE')], [2, 2])
  await assert.rejects(
    redeem(newId('chk'), ['MINE'], me),
    refused('MINE', /already used this coupon 2 times/),
  )
  await redeem(newId('chk'), ['MINE'])
})

test('a checkout gets all its coupons or none', async () => {
  await coupon('GOOD')
  await coupon('BAD', { endsAt: '2026-01-01T00:00:00Z' })
  await assert.rejects(redeem(newId('chk'), ['GOOD', 'BAD']), refused('BAD', /ended on 1 January 2026/))
  await assert.rejects(redeem(newId('chk'), ['GOOD', 'NONE']), refused('NONE', /do not know/))
  assert.equal(await used('GOOD'), 0)
})

test('checkouts with the same coupons in another order do not block each other', async () => {
  await coupon('LEFT')
  await coupon('RIGHT')
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      redeem(newId('chk'), index % 2 ? ['LEFT', 'RIGHT'] : ['RIGHT', 'LEFT']),
    ),
  )
  assert.deepEqual([await used('LEFT'), await used('RIGHT')], [20, 20])
})

test('a coupon given back can be used again, and is given back once', async () => {
  await coupon('LAST', { usageLimit: 1, usageLimitPerShopper: 1 })
  const me = shopper()
  const checkoutId = newId('chk')
  await redeem(checkoutId, ['LAST'], me)
  await Promise.all([release(checkoutId), release(checkoutId)])
  assert.equal(await used('LAST'), 0)
  await redeem(newId('chk'), ['LAST'], me)
  await release(checkoutId)
  assert.equal(await used('LAST'), 1)
})

test('a redemption that comes after its release counts nothing', async () => {
  await coupon('LATE')
  const checkoutId = newId('chk')
  await release(checkoutId)
  await assert.rejects(redeem(checkoutId, ['LATE']), refused('LATE', /has ended/))
  assert.equal(await used('LATE'), 0)
})

test('a redemption and its release that cross leave the coupon unused', async () => {
  await coupon('CROSS')
  for (let round = 0; round < 10; round++) {
    const checkoutId = newId('chk')
    await Promise.allSettled([redeem(checkoutId, ['CROSS']), release(checkoutId)])
  }
  assert.equal(await used('CROSS'), 0)
})

test('the database itself refuses to count beyond the limit', async () => {
  await coupon('CHECK', { usageLimit: 1 })
  const twice = world.database.run`update promotions set used = 2 where coupon = 'CHECK'`
  await assert.rejects(twice, /promotions_used_within_limit/)
})

test('a quote says that a coupon is used up, in general or by this shopper', async () => {
  const tea = product([1000])
  await world.hear(productChanged, tea, { aggregateId: tea.id })
  await coupon('OWN', { usageLimitPerShopper: 1 })
  await coupon('ALL-GONE', { usageLimit: 1 })
  const [me, other] = [shopper(), shopper()]
  await redeem(newId('chk'), ['OWN', 'ALL-GONE'], me)
  const ask = (shopperId: string) =>
    world.call(pricing.quote, {
      currency: 'EUR',
      lines: tea.variants.map(({ id: variantId }) => ({ variantId, quantity: 1 })),
      coupons: ['OWN', 'ALL-GONE'],
      shopperId,
    })
  const reasons = async (shopperId: string) => (await ask(shopperId)).coupons.map(({ reason }) => reason)
  assert.deepEqual(await reasons(me), ['You have already used this coupon.', 'This coupon has been used up.'])
  assert.deepEqual(await reasons(other), [undefined, 'This coupon has been used up.'])
  assert.equal((await ask(other)).total, 900)
})
