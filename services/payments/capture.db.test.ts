import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { invalidInput } from '@rialto/kit/problem'
import type { Service } from '@rialto/kit/service'
import { openWorld, type World } from '@rialto/kit/testing'
import { orderCancelled, orderPlaced, refundRequested } from '@rialto/orders/contract'
import { paymentCaptured, paymentRefunded, payments, paymentVoided, refundFailed } from './contract.ts'
import type { Gateway } from './gateway.ts'
import type { Own } from './own.ts'
import { findImbalances } from './reconcile-store.ts'
import service from './service.ts'
import {
  assertBalanced,
  cancelled,
  eur,
  ledgerOf,
  pay,
  paymentOf,
  placed,
  refundOf,
  request,
  sandboxState,
} from './testing.ts'

/** What the gateway's wire does before a request reaches it; each fault happens once. */
const faults: Partial<Record<keyof Gateway, () => Promise<void>>> = {}

let world: World
before(async () => {
  world = await openWorld({ ...service, open: openFaulty } as Service)
})
after(() => world.close())

/** The service with its real sandbox gateway, behind a wire that can fail before or after the deed. */
async function openFaulty(opened: never): Promise<Own> {
  const own = (await service.open?.(opened)) as Own
  const gateway = own.gateways.sandbox as Gateway
  const around =
    <Args extends unknown[], Answer>(name: keyof Gateway, call: (...args: Args) => Promise<Answer>) =>
    async (...args: Args) => {
      const answer = await call(...args)
      const fault = faults[name]
      delete faults[name]
      await fault?.()
      return answer
    }
  const faulty: Gateway = {
    ...gateway,
    capture: around('capture', gateway.capture),
    void: around('void', gateway.void),
    refund: around('refund', gateway.refund),
  }
  return { ...own, gateways: { sandbox: faulty } }
}

const broken = async () => {
  throw new Error('connection reset')
}

async function captured(amount = 2_500) {
  const payment = await pay(world, 'approved', amount)
  await world.hear(orderPlaced, placed(payment.checkoutId))
  return paymentOf(world, payment.checkoutId)
}

const soon = async () => {
  world.advance(60_000)
  await world.runJobs()
}

test('a placed order is charged once, however often it is told of', async () => {
  const payment = await captured()
  assert.deepEqual([payment.status, payment.captured], ['captured', 2_500])
  await world.hear(orderPlaced, placed(payment.checkoutId))
  assert.equal((await ledgerOf(world, payment.id)).length, 6)
  const said = (await world.said(paymentCaptured)).filter(({ paymentId }) => paymentId === payment.id)
  assert.deepEqual(said, [{ paymentId: payment.id, checkoutId: payment.checkoutId, amount: eur(2_500) }])
  await assertBalanced(world)
})

test('a capture whose answer is lost is asked for again, and charges once', async () => {
  faults.capture = broken
  const payment = await captured()
  assert.equal(payment.status, 'authorized')
  assert.equal((await sandboxState(world, payment.checkoutId))?.state, 'captured')
  await soon()
  assert.equal((await paymentOf(world, payment.checkoutId)).status, 'captured')
  await assertBalanced(world)
})

test('an order that is cancelled before its capture is voided, one after it is refunded', async () => {
  const held = await pay(world)
  await world.hear(orderCancelled, cancelled(held.checkoutId))
  assert.equal((await paymentOf(world, held.checkoutId)).status, 'voided')
  const charged = await captured()
  await world.hear(orderCancelled, cancelled(charged.checkoutId))
  await world.hear(orderCancelled, cancelled(charged.checkoutId))
  const payment = await paymentOf(world, charged.checkoutId)
  assert.deepEqual([payment.status, payment.refunded], ['refunded', 2_500])
  const said = (await world.said(paymentRefunded)).filter(({ paymentId }) => paymentId === charged.id)
  assert.deepEqual(
    said.map(({ amount, refundedTotal }) => [amount, refundedTotal]),
    [[eur(2_500), 2_500]],
  )
  await assertBalanced(world)
})

test('a cancellation that is heard before the order was placed wins', async () => {
  const { checkoutId } = await pay(world)
  await world.hear(orderCancelled, cancelled(checkoutId))
  await world.hear(orderPlaced, placed(checkoutId))
  assert.equal((await paymentOf(world, checkoutId)).status, 'voided')
  assert.equal((await sandboxState(world, checkoutId))?.state, 'voided')
})

test('a cancellation while the capture is under way gives the money back', async () => {
  const { checkoutId } = await pay(world)
  faults.capture = () => world.hear(orderCancelled, cancelled(checkoutId))
  await world.hear(orderPlaced, placed(checkoutId))
  await world.runJobs()
  await soon()
  const hold = await sandboxState(world, checkoutId)
  assert.deepEqual([hold?.state, hold?.refunded], ['captured', 2_500])
  assert.equal((await paymentOf(world, checkoutId)).status, 'refunded')
  await assertBalanced(world)
})

test('placed and cancelled at the same moment ends without money held or kept', async () => {
  for (let round = 0; round < 5; round++) {
    const { checkoutId } = await pay(world)
    await Promise.all([
      world.hear(orderPlaced, placed(checkoutId)),
      world.hear(orderCancelled, cancelled(checkoutId)),
    ])
    await world.runJobs()
    const { status } = await paymentOf(world, checkoutId)
    assert.ok(status === 'voided' || status === 'refunded', status)
  }
  await assertBalanced(world)
})

test('money captured for a checkout that is given up is refunded by itself', async () => {
  const payment = await captured()
  await world.call(payments.abandonPayment, { checkoutId: payment.checkoutId })
  await world.runJobs()
  assert.equal((await paymentOf(world, payment.checkoutId)).status, 'refunded')
  await assertBalanced(world)
})

test('a void whose answer is lost is repeated', async () => {
  const { checkoutId } = await pay(world)
  faults.void = broken
  await world.hear(orderCancelled, cancelled(checkoutId))
  assert.equal((await paymentOf(world, checkoutId)).status, 'authorized')
  await soon()
  assert.equal((await paymentOf(world, checkoutId)).status, 'voided')
  const said = (await world.said(paymentVoided)).filter((one) => one.checkoutId === checkoutId)
  assert.equal(said.length, 1)
})

test('refunds give back part by part, each once, and say the total', async () => {
  const { checkoutId, id } = await captured()
  const first = refundOf(checkoutId, 1_000)
  await world.hear(refundRequested, first)
  await world.hear(refundRequested, first)
  const part = await paymentOf(world, checkoutId)
  assert.deepEqual([part.status, part.refunded], ['partially-refunded', 1_000])
  const second = refundOf(checkoutId, 1_500)
  await world.hear(refundRequested, second)
  assert.equal((await paymentOf(world, checkoutId)).status, 'refunded')
  const said = (await world.said(paymentRefunded)).filter(({ paymentId }) => paymentId === id)
  assert.deepEqual(
    said.map(({ refundId, refundedTotal }) => [refundId, refundedTotal]),
    [
      [first.refundId, 1_000],
      [second.refundId, 2_500],
    ],
  )
  await assertBalanced(world)
})

test('more than was captured is never refunded, also by refunds that come at once', async () => {
  const { checkoutId } = await captured()
  const refunds = [1, 2, 3, 4].map(() => refundOf(checkoutId, 1_000))
  await Promise.all(refunds.map((refund) => world.hear(refundRequested, refund)))
  await world.runJobs()
  await soon()
  const payment = await paymentOf(world, checkoutId)
  assert.equal(payment.refunded, 2_000)
  const ids = new Set(refunds.map(({ refundId }) => refundId))
  const failed = (await world.said(refundFailed)).filter(({ refundId }) => ids.has(refundId))
  assert.equal(failed.length, 2)
  assert.match(failed[0]?.reason ?? '', /More than what was charged/)
  await assertBalanced(world)
})

test('a refund whose answer is lost is repeated under its id and given once', async () => {
  const { checkoutId } = await captured()
  faults.refund = broken
  await world.hear(refundRequested, refundOf(checkoutId, 700))
  assert.equal((await paymentOf(world, checkoutId)).refunded, 0)
  assert.equal((await sandboxState(world, checkoutId))?.refunded, 700)
  await soon()
  assert.equal((await paymentOf(world, checkoutId)).refunded, 700)
  assert.equal((await sandboxState(world, checkoutId))?.refunded, 700)
  await assertBalanced(world)
})

test('a refund that is heard of before the capture waits for it', async () => {
  const { checkoutId } = await pay(world)
  await world.hear(refundRequested, refundOf(checkoutId, 700))
  assert.equal((await paymentOf(world, checkoutId)).status, 'authorized')
  await world.hear(orderPlaced, placed(checkoutId))
  assert.equal((await paymentOf(world, checkoutId)).refunded, 700)
  await assertBalanced(world)
})

test('nothing, and less than nothing, is not refunded', async () => {
  const { checkoutId } = await captured()
  for (const amount of [0, -1]) {
    const asked = { refundId: newId('ref'), checkoutId, amount: eur(amount) }
    await assert.rejects(world.call(payments.refundPayment, asked), { code: invalidInput.code })
  }
})

test('what was never charged is not refunded', async () => {
  const { checkoutId } = await pay(world, 'declined')
  const refund = refundOf(checkoutId, 700)
  await world.hear(refundRequested, refund)
  const failed = (await world.said(refundFailed)).filter(({ refundId }) => refundId === refund.refundId)
  assert.deepEqual(
    failed.map(({ reason }) => reason),
    ['Nothing was charged.'],
  )
})

test('orders without a payment leave nothing to do', async () => {
  await world.hear(orderPlaced, placed(newId('chk')))
  await world.hear(orderCancelled, cancelled(newId('chk')))
  const asked = await request(world)
  assert.equal((await world.call(payments.authorize, asked)).status, 'authorized')
})

test('the ledger takes no posting that does not balance, and is never changed', async () => {
  const { id } = await captured()
  const insert = world.database.run`
    insert into ledger_entries (payment_id, posting, account, id, debit, credit, currency, kind, at)
    values (${id}, 'void', 'customer', 'led_x', 5, 0, 'EUR', 'void', now())`
  await assert.rejects(insert, /does not balance/)
  await assert.rejects(world.database.run`delete from ledger_entries`, /only ever added to/)
  await assert.rejects(world.database.run`update ledger_entries set debit = 1`, /only ever added to/)
  const tooMuch = world.database.run`update payments set refunded = captured + 1 where id = ${id}`
  await assert.rejects(tooMuch, /never_refunded_above_captured/)
})

test('a payment that disagrees with its ledger is found', async () => {
  const { id } = await captured(100)
  await world.database.run`update payments set captured = 99 where id = ${id}`
  const found = (await findImbalances(world.database)).map(({ paymentId, fault }) => [paymentId, fault])
  assert.deepEqual(found, [[id, 'the revenue is not what was captured']])
  await world.database.run`update payments set captured = 100 where id = ${id}`
  await assertBalanced(world)
})
