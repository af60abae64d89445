import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { paymentCaptured, paymentVoided } from '@rialto/payments/contract'
import { orders } from '../contract.ts'
import { unitPrice } from '../testing-cart.ts'
import { checkInvariants } from '../testing-shop.ts'
import { eur, type Operator, openOperator, refused, stepsOf } from './testing-operator.ts'

// An operator sees every checkout on its way, and may step in where that is safe for money.

let shop: Operator
before(async () => {
  shop = await openOperator()
})
after(() => shop.close())
afterEach(() => shop.calmDown())

test('a checkout is seen step by step until its money is charged', async () => {
  const shopper = shop.peers.shopper({ coupon: 'TEN' })
  const { id, orderId } = await shop.pay(shopper)
  const open = await shop.read(id)
  assert.deepEqual(
    [open.kind, open.state, open.step, open.orderId, open.amount],
    ['checkout', 'running', 'confirmed', orderId, eur(unitPrice)],
  )
  await shop.world.hear(paymentCaptured, { paymentId: newId('pay'), checkoutId: id, amount: eur(unitPrice) })
  const done = await shop.read(id)
  assert.equal(done.state, 'done')
  assert.deepEqual(stepsOf(done), [
    'reserve done',
    'redeem done',
    'authorize done',
    'confirm done',
    'capture done',
  ])
  assert.deepEqual(done.allows, [])
})

test('money of an order is charged by the watchdog when the news of the order was lost', async () => {
  const { checkoutId, id } = await shop.buy()
  await shop.later()
  assert.equal(shop.peers.payments.get(checkoutId)?.status, 'captured')
  assert.equal((await shop.world.call(orders.getOrder, { id })).paymentStatus, 'paid')
  assert.equal((await shop.read(checkoutId)).state, 'done')
})

test('an order whose hold ended without being charged is put before a person', async () => {
  const { checkoutId, id } = await shop.buy()
  shop.peers.decide(checkoutId, 'voided')
  await shop.later()
  const stuck = await shop.read(checkoutId)
  assert.deepEqual([stuck.state, stuck.waitsFor], ['stuck', 'person'])
  assert.match(stuck.why ?? '', /not paid/)
  await shop.world.call(orders.cancelOrder, { id }, { as: shop.as })
  await shop.later()
  assert.equal((await shop.read(checkoutId)).state, 'done')
  assert.equal((await shop.newest('cancellation')).state, 'done')
})

test('a payment of which nothing is known is shown as waiting, after an hour as stuck, and told to the operator', async () => {
  const shopper = shop.peers.shopper()
  const { id } = await shop.pay(shopper, { card: 'silent' })
  const waiting = await shop.read(id)
  assert.deepEqual([waiting.state, waiting.step, waiting.waitsFor], ['waiting', 'ask', 'gateway'])
  assert.deepEqual(stepsOf(waiting), ['reserve done', 'redeem done', 'authorize open'])
  assert.ok(Date.parse(waiting.waitsUntil ?? '') > Date.parse(waiting.startedAt))
  const attempts = waiting.steps.at(-1)?.attempts ?? 0
  for (let minute = 0; minute < 61; minute += 10) await shop.later(10 * 60_000)
  const stuck = await shop.read(id)
  assert.deepEqual([stuck.state, stuck.allows], ['stuck', ['retry', 'skip', 'compensate']])
  assert.ok((stuck.steps.at(-1)?.attempts ?? 0) > attempts, 'it is asked on')
  const listed = await shop.world.call(orders.listSagas, { state: 'stuck' }, { as: shop.as })
  assert.deepEqual(
    listed.items.map((saga) => saga.id),
    [id],
  )
})

test('a person tells that an unknown payment was approved: it becomes an order, and who said so is kept', async () => {
  const shopper = shop.peers.shopper()
  const { id } = await shop.pay(shopper, { card: 'silent' })
  const after = await shop.skip(id, 'approved')
  assert.equal(after.step, 'confirmed')
  assert.deepEqual(
    after.actions.map(({ action, by, outcome, note, stepBefore, stepAfter }) => ({
      action,
      by,
      outcome,
      note,
      stepBefore,
      stepAfter,
    })),
    [
      {
        action: 'skip',
        by: 'id' in shop.as && shop.as.id,
        outcome: 'approved',
        note: 'transaction 4711',
        stepBefore: 'ask',
        stepAfter: 'confirmed',
      },
    ],
  )
  assert.equal((await shop.ordersOf(shopper)).length, 1)
  await shop.settle()
  await checkInvariants(shop, shopper)
})

test('a person tells that an unknown payment was declined: all is given back', async () => {
  const shopper = shop.peers.shopper({ coupon: 'TEN' })
  const { id } = await shop.pay(shopper, { card: 'silent' })
  assert.equal((await shop.skip(id, 'declined')).state, 'failed')
  await checkInvariants(shop, shopper)
})

test('a person’s word is not taken where the gateway has spoken', async () => {
  const shopper = shop.peers.shopper()
  const { id } = await shop.pay(shopper, { card: 'silent' })
  shop.peers.decide(id, 'authorized')
  await refused(shop.skip(id, 'declined'), ['retry', 'skip', 'compensate'])
  assert.deepEqual((await shop.read(id)).actions, [])
  const secure = await shop.pay(shop.peers.shopper(), { card: '3ds' })
  await refused(shop.skip(secure.id, 'approved'), ['retry', 'compensate'])
})

test('an undecided checkout is given up by staff, and its shopper hears why', async () => {
  for (const card of ['silent', '3ds'] as const) {
    const shopper = shop.peers.shopper({ coupon: 'TEN' })
    const { id } = await shop.pay(shopper, { card })
    const after = await shop.compensate(id)
    assert.equal(after.state, 'failed')
    assert.equal(after.actions[0]?.action, 'compensate')
    const shown = await shop.world.call(orders.getCheckout, { id }, { as: shopper.actor })
    assert.equal(shown.failure?.code, 'checkout-given-up')
    await checkInvariants(shop, shopper)
    await refused(shop.compensate(id), [])
    await refused(shop.retry(id), [])
  }
})

test('an order is not given up but cancelled: compensating it is refused', async () => {
  const { checkoutId } = await shop.buy()
  await refused(shop.compensate(checkoutId), ['retry'])
})

test('giving up and confirming at the same moment ends as one of them', async () => {
  for (let round = 0; round < 8; round++) {
    const shopper = shop.peers.shopper()
    const { id } = await shop.pay(shopper, { card: '3ds' })
    shop.peers.decide(id, 'authorized')
    await Promise.allSettled([
      shop.compensate(id),
      shop.world.call(orders.getCheckout, { id }, { as: shopper.actor }),
    ])
    await shop.settle()
    await checkInvariants(shop, shopper)
  }
})

test('a failed checkout is over only when the gateway has let go of the money', async () => {
  const shopper = shop.peers.shopper()
  const { id } = await shop.pay(shopper, { card: 'silent' })
  shop.peers.mute = true
  const open = await shop.compensate(id)
  assert.deepEqual([open.state, open.step, open.waitsFor], ['waiting', 'undo', 'gateway'])
  await refused(shop.compensate(id), ['retry', 'skip'])
  shop.peers.mute = false
  const news = { paymentId: newId('pay'), checkoutId: id, amount: eur(unitPrice) }
  await shop.world.hear(paymentVoided, news)
  await shop.runJobs()
  assert.equal((await shop.read(id)).state, 'failed')
})

test('money that was charged for a dead checkout is given back, and that is shown', async () => {
  const shopper = shop.peers.shopper()
  const { id } = await shop.pay(shopper, { card: '3ds' })
  const payment = shop.peers.payments.get(id)
  if (payment) shop.peers.payments.set(id, { ...payment, status: 'captured', captured: unitPrice })
  const { steps } = await shop.compensate(id)
  assert.match(steps.at(-1)?.note ?? '', /€11\.90 had been charged and went back/)
})
