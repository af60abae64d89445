import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { openWorld, type World } from '@rialto/kit/testing'
import { orderPlaced, refundRequested } from '@rialto/orders/contract'
import { payments } from './contract.ts'
import { want } from './payment-store.ts'
import { noteRefund } from './refund-store.ts'
import { assertBalanced, eur, pay, paymentOf, placed, refundOf, request, sandboxState } from './testing.ts'
import { wired } from './testing-gateway.ts'

// Whatever is wanted of a payment is pursued until it is so, whoever dies and whatever the clock does.

const { service, wire } = wired()
let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())
afterEach(async () => {
  wire.faults.clear()
  await assertBalanced(world)
})

const soon = async (ms = 60_000) => {
  world.advance(ms)
  await world.runJobs()
}

async function charged(): Promise<string> {
  const { checkoutId } = await pay(world)
  await world.hear(orderPlaced, placed(checkoutId))
  return checkoutId
}

test('an authorization that never reached the gateway is asked for again, and holds once', async () => {
  const asked = await request(world)
  wire.faults.set('authorize', 'lost')
  assert.equal((await world.call(payments.authorize, asked)).status, 'unknown')
  assert.equal(await sandboxState(world, asked.checkoutId), undefined)
  wire.faults.clear()
  assert.equal((await world.call(payments.authorize, asked)).status, 'authorized')
  assert.equal((await sandboxState(world, asked.checkoutId))?.state, 'held')
})

test('an authorization whose answer was lost is asked for again, and holds once', async () => {
  const asked = await request(world)
  wire.faults.set('authorize', 'mute')
  assert.equal((await world.call(payments.authorize, asked)).status, 'unknown')
  wire.faults.clear()
  assert.equal((await world.call(payments.authorize, asked)).status, 'authorized')
  assert.equal((await sandboxState(world, asked.checkoutId))?.state, 'held')
})

test('a capture, a release and a refund that were noted by one who died then are taken up', async () => {
  const [held, given, kept] = [await pay(world), await pay(world), await charged()]
  const now = new Date()
  await want(world.database, new Map([[held.checkoutId, 'capture']]), now)
  await want(world.database, new Map([[given.checkoutId, 'release']]), now)
  await noteRefund(world.database, { id: newId('ref'), checkoutId: kept, ...eur(700), at: now })
  await soon()
  assert.equal((await paymentOf(world, held.checkoutId)).status, 'captured')
  assert.equal((await paymentOf(world, given.checkoutId)).status, 'voided')
  assert.equal((await paymentOf(world, kept)).refunded, 700)
})

test('a refund that comes while the capture is unknown waits for it, and is given once', async () => {
  const { checkoutId } = await pay(world)
  wire.faults.set('capture', 'mute')
  await world.hear(orderPlaced, placed(checkoutId))
  await world.hear(refundRequested, refundOf(checkoutId, 700))
  assert.deepEqual((await paymentOf(world, checkoutId)).status, 'authorized')
  wire.faults.clear()
  await soon()
  const { status, refunded } = await paymentOf(world, checkoutId)
  assert.deepEqual([status, refunded], ['partially-refunded', 700])
  assert.equal((await sandboxState(world, checkoutId))?.refunded, 700)
})

test('a clock that is set back by hours does not put off what was open', async () => {
  const { checkoutId } = await pay(world)
  wire.faults.set('capture', 'mute')
  world.advance(5 * 3_600_000)
  await world.hear(orderPlaced, placed(checkoutId))
  world.advance(-5 * 3_600_000)
  wire.faults.clear()
  await soon()
  assert.equal((await paymentOf(world, checkoutId)).status, 'captured')
})

test('a gateway that does not answer is asked with growing pauses, and never given up', async () => {
  const { checkoutId } = await pay(world)
  wire.faults.set('capture', 'lost')
  await world.hear(orderPlaced, placed(checkoutId))
  const asks = async (ms: number, looks: number) => {
    const before = wire.asked.get('capture') ?? 0
    for (let look = 0; look < looks; look++) await soon(ms / looks)
    return (wire.asked.get('capture') ?? 0) - before
  }
  const [firstMinutes, dayLater] = [await asks(10 * 60_000, 60), await asks(3 * 3_600_000, 60)]
  assert.ok(firstMinutes >= 4 && firstMinutes <= 8, `${firstMinutes} times in ten minutes`)
  assert.ok(dayLater >= 3 && dayLater <= 6, `${dayLater} times in three hours`)
  await soon(30 * 24 * 3_600_000)
  wire.faults.clear()
  await soon(3_600_000)
  assert.equal((await paymentOf(world, checkoutId)).status, 'captured')
})

test('a payment about which nothing is left to do is left alone', async () => {
  const checkoutId = await charged()
  await world.call(payments.capturePayment, { checkoutId })
  await world.hear(orderPlaced, placed(checkoutId))
  const open = await world.database.rows`
    select 1 from payments where checkout_id = ${checkoutId} and ask_at is not null`
  assert.deepEqual(open, [])
})

test('asking twice for a capture or a refund, also at once, does it once', async () => {
  const { checkoutId } = await pay(world)
  const captures = [1, 2, 3].map(() => world.call(payments.capturePayment, { checkoutId }))
  assert.deepEqual(new Set((await Promise.all(captures)).map(({ captured }) => captured)), new Set([2_500]))
  const refund = { refundId: newId('ref'), checkoutId, amount: eur(700) }
  const answers = await Promise.all([1, 2, 3].map(() => world.call(payments.refundPayment, refund)))
  assert.ok(answers.some(({ status }) => status === 'done'))
  assert.deepEqual(await world.call(payments.refundPayment, refund), { status: 'done', refundedTotal: 700 })
  assert.equal((await sandboxState(world, checkoutId))?.refunded, 700)
})

test('a refund of more than is left fails, and says why', async () => {
  const checkoutId = await charged()
  const refund = { refundId: newId('ref'), checkoutId, amount: eur(2_501) }
  const { status, reason } = await world.call(payments.refundPayment, refund)
  assert.equal(status, 'failed')
  assert.match(reason ?? '', /More than what was charged/)
})

test('giving up tells whether all is given back, and what was', async () => {
  const unknown = newId('chk')
  const nothing = { settled: true, givenBack: 0 }
  assert.deepEqual(await world.call(payments.abandonPayment, { checkoutId: unknown }), nothing)
  const held = await pay(world)
  wire.faults.set('void', 'lost')
  const left = await world.call(payments.abandonPayment, { checkoutId: held.checkoutId })
  assert.deepEqual(left, { settled: false, givenBack: 0 })
  wire.faults.clear()
  assert.deepEqual(await world.call(payments.abandonPayment, { checkoutId: held.checkoutId }), nothing)
  const taken = await world.call(payments.abandonPayment, { checkoutId: await charged() })
  assert.deepEqual(taken, { settled: true, givenBack: 2_500 })
})
