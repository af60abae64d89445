import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { paymentRefunded, refundFailed } from '@rialto/payments/contract'
import { orderRefunded, orders } from '../contract.ts'
import { unitPrice } from '../testing-cart.ts'
import { eur, type Operator, openOperator, refused, stepsOf } from './testing-operator.ts'

// Cancellations and refunds are seen step by step, and go on until goods and money are where they belong.

let shop: Operator
before(async () => {
  shop = await openOperator()
})
after(() => shop.close())
afterEach(() => shop.calmDown())

test('a cancellation takes the goods and the money back, and is done when both are', async () => {
  const open = await shop.cancelled()
  // How far it has come is not asked: its job begins by itself.
  assert.deepEqual(open.amount, eur(unitPrice))
  await shop.runJobs()
  const done = await shop.read(open.id)
  assert.equal(done.state, 'done')
  assert.deepEqual(stepsOf(done), ['goods done', 'money done'])
  assert.ok(shop.peers.takenBack.has(open.checkoutId))
  assert.ok(shop.peers.abandoned.has(open.checkoutId))
})

test('a cancellation waits for a peer that is away, and goes on when it is back, or is told to', async () => {
  for (const goOn of [() => shop.later(), shop.retry]) {
    shop.away('take back')
    const { id } = await shop.cancelled()
    await shop.runJobs()
    const { state, waitsFor, why } = await shop.read(id)
    assert.deepEqual([state, waitsFor, why], ['waiting', 'inventory', 'Inventory does not answer.'])
    shop.peers.reach = shop.fate.reach
    await goOn(id)
    assert.equal((await shop.read(id)).state, 'done')
  }
})

test('a cancellation whose money the gateway does not give back is put before a person at once', async () => {
  shop.peers.refusal = 'The account is closed.'
  const { id } = await shop.cancelled()
  await shop.runJobs()
  const stuck = await shop.read(id)
  assert.deepEqual([stuck.state, stuck.waitsFor, stuck.why], ['stuck', 'person', 'The account is closed.'])
  assert.deepEqual(stuck.allows, ['retry', 'skip'])
  shop.peers.refusal = undefined
  assert.equal((await shop.retry(id)).state, 'done')
})

test('news that the money is back ends a cancellation that waited for it', async () => {
  shop.peers.mute = true
  const { id, checkoutId } = await shop.cancelled()
  await shop.runJobs()
  assert.equal((await shop.read(id)).waitsFor, 'gateway')
  shop.peers.mute = false
  const told = { paymentId: newId('pay'), checkoutId, amount: eur(unitPrice) }
  await shop.world.hear(paymentRefunded, { ...told, refundId: newId('ref'), refundedTotal: unitPrice })
  await shop.runJobs()
  assert.equal((await shop.read(id)).state, 'done')
})

test('a refund ends when the money is back: asked, or told of, and the customer hears once', async () => {
  for (const first of ['asked', 'told'] as const) {
    const { order, id } = await shop.refunding()
    const { checkoutId } = order
    const told = { paymentId: newId('pay'), checkoutId, amount: eur(100), refundId: id, refundedTotal: 100 }
    if (first === 'told') await shop.world.hear(paymentRefunded, told)
    await shop.runJobs()
    if (first === 'asked') await shop.world.hear(paymentRefunded, told)
    const done = await shop.read(id)
    assert.deepEqual([done.state, stepsOf(done)], ['done', ['money done']])
    const now = await shop.world.call(orders.getOrder, { id: order.id })
    assert.deepEqual([now.refunded, now.refunds[0]?.status], [100, 'done'])
    const said = (await shop.world.said(orderRefunded)).filter(({ refundId }) => refundId === id)
    assert.equal(said.length, 1)
  }
})

test('a refund that the gateway refuses fails, and the order says so', async () => {
  for (const first of ['asked', 'told'] as const) {
    shop.peers.refusal = first === 'asked' ? 'The card has expired.' : undefined
    shop.peers.mute = first === 'told'
    const { order, id } = await shop.refunding()
    await shop.runJobs()
    const { checkoutId } = order
    const told = { paymentId: newId('pay'), checkoutId, amount: eur(100), refundId: id }
    await shop.world.hear(refundFailed, { ...told, reason: 'The card has expired.' })
    const failed = await shop.read(id)
    assert.deepEqual([failed.state, failed.why], ['failed', 'The card has expired.'])
    const now = await shop.world.call(orders.getOrder, { id: order.id })
    assert.deepEqual([now.refunded, now.refunds[0]?.status], [0, 'failed'])
    await refused(shop.retry(id), [])
  }
})

test('a clock that is set back does not put off what is open', async () => {
  const shopper = shop.peers.shopper()
  shop.advance(5 * 3_600_000)
  const { id } = await shop.pay(shopper, { card: 'silent' })
  shop.peers.mute = true
  const { id: refundId } = await shop.refunding()
  shop.advance(-5 * 3_600_000)
  Object.assign(shop.peers, { mute: false, gatewayAnswer: 'authorized' })
  await shop.later()
  assert.equal((await shop.read(id)).step, 'confirmed')
  assert.equal((await shop.read(refundId)).state, 'done')
})
