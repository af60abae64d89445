import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { is } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import { orderPlaced, refundRequested } from '@rialto/orders/contract'
import { nothingInDoubt, type Payment, payments, refundFailed } from './contract.ts'
import { webhookBody } from './sandbox/gateway.ts'
import { eur, pay, paymentOf, placed, refundOf, request, sandboxState } from './testing.ts'
import { wired } from './testing-gateway.ts'
import { signedHeaders } from './webhook-signature.ts'

// A person tells what the gateway does not.

const secret = 'the webhook secret of these tests, long enough'
const { service, wire } = wired()
let world: World
before(async () => {
  world = await openWorld(service, { config: { SANDBOX_WEBHOOK_SECRET: secret } })
})
after(() => world.close())
afterEach(() => wire.faults.clear())

const silence = () => {
  for (const deed of ['authorize', 'capture', 'void', 'refund', 'status'] as const)
    wire.faults.set(deed, 'mute')
}

const say = (checkoutId: string, outcome: 'approved' | 'declined', refundId?: string): Promise<Payment> => {
  const word = { outcome, decidedBy: 'staff_1', note: 'back office, transaction 4711' }
  return world.call(payments.decidePayment, { checkoutId, ...word, ...(refundId && { refundId }) })
}

const refused = (saying: Promise<unknown>) => assert.rejects(saying, (error) => is(error, nothingInDoubt))

/** A payment of which it is not known whether it is held. */
async function unknown(): Promise<string> {
  wire.faults.set('authorize', 'mute')
  wire.faults.set('status', 'mute')
  return (await world.call(payments.authorize, await request(world))).checkoutId
}

/** The gateway's webhook about a payment. */
async function notify(reference: string): Promise<void> {
  const id = `evt_${reference}`
  const bytes = webhookBody({ id, reference })
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const headers = signedHeaders({ id, timestamp, body: bytes }, secret)
  const body = (async function* () {
    yield bytes
  })()
  await world.call(payments.receiveWebhook, { gateway: 'sandbox', body }, { headers })
}

test('an unknown payment is held or declined as the person says, and who said it is kept', async () => {
  const approved = await unknown()
  assert.equal((await say(approved, 'approved')).status, 'authorized')
  const declined = await unknown()
  assert.equal((await say(declined, 'declined')).status, 'declined')
  await refused(say(approved, 'declined'))
  const kept = await world.database.rows`
    select outcome, status_before, status_after, decided_by, note from decisions order by at`
  const by = { statusBefore: 'unknown', decidedBy: 'staff_1', note: 'back office, transaction 4711' }
  assert.deepEqual(kept, [
    { ...by, outcome: 'approved', statusAfter: 'authorized' },
    { ...by, outcome: 'declined', statusAfter: 'declined' },
  ])
})

test('the gateway is asked once more, and its word counts', async () => {
  const checkoutId = await unknown()
  wire.faults.clear()
  await refused(say(checkoutId, 'declined'))
  assert.equal((await paymentOf(world, checkoutId)).status, 'authorized')
})

test('a wrong word is put right when the gateway speaks: money for a dead checkout goes back', async () => {
  const checkoutId = await unknown()
  await say(checkoutId, 'declined')
  wire.faults.clear()
  await world.call(payments.abandonPayment, { checkoutId })
  await notify(checkoutId)
  await world.runJobs()
  assert.equal((await sandboxState(world, checkoutId))?.state, 'voided')
  assert.equal((await paymentOf(world, checkoutId)).status, 'voided')
})

test('a capture that is not answered is charged or void as the person says', async () => {
  for (const [outcome, status] of [
    ['approved', 'captured'],
    ['declined', 'voided'],
  ] as const) {
    const { checkoutId } = await pay(world)
    silence()
    await world.hear(orderPlaced, placed(checkoutId))
    assert.equal((await say(checkoutId, outcome)).status, status)
    wire.faults.clear()
  }
})

test('a hold of a dead checkout is gone when the person says so; that it stays cannot be decided', async () => {
  const { checkoutId } = await pay(world)
  silence()
  await world.call(payments.abandonPayment, { checkoutId })
  await refused(say(checkoutId, 'approved'))
  assert.equal((await say(checkoutId, 'declined')).status, 'voided')
  const answer = await world.call(payments.abandonPayment, { checkoutId })
  assert.deepEqual(answer, { settled: true, givenBack: 0 })
})

test('a refund that is not answered is done or failed as the person says', async () => {
  for (const [outcome, refunded] of [
    ['approved', 700],
    ['declined', 0],
  ] as const) {
    const { checkoutId } = await pay(world)
    await world.hear(orderPlaced, placed(checkoutId))
    wire.faults.set('refund', 'lost')
    const refund = refundOf(checkoutId, 700)
    await world.hear(refundRequested, refund)
    await refused(say(checkoutId, outcome))
    assert.equal((await say(checkoutId, outcome, refund.refundId)).refunded, refunded)
    const failed = (await world.said(refundFailed)).filter(({ refundId }) => refundId === refund.refundId)
    assert.equal(failed.length, refunded === 0 ? 1 : 0)
    wire.faults.clear()
    await refused(say(checkoutId, outcome, refund.refundId))
  }
})

test('money that the gateway refuses to give back is told of, and can be given back another way', async () => {
  const { checkoutId } = await pay(world)
  await world.hear(orderPlaced, placed(checkoutId))
  wire.faults.set('refund', async () => ({ kind: 'refused', reason: 'The account is closed.' }))
  const left = await world.call(payments.abandonPayment, { checkoutId })
  assert.deepEqual(left, { settled: false, givenBack: 0, refusal: 'The account is closed.' })
  await refused(say(checkoutId, 'declined'))
  assert.deepEqual((await say(checkoutId, 'approved')).refunded, eur(2_500).amount)
  const answer = await world.call(payments.abandonPayment, { checkoutId })
  assert.deepEqual(answer, { settled: true, givenBack: 2_500 })
})
