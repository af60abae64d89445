import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { forbidden, invalidInput, is, notFound, unauthenticated } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import {
  paymentAuthorized,
  paymentDeclined,
  paymentGatewayUnknown,
  payments,
  paymentVoided,
} from './contract.ts'
import { addPayment } from './payment-store.ts'
import { sandboxGateway } from './sandbox/gateway.ts'
import { tokenMs } from './sandbox/hold.ts'
import service from './service.ts'
import {
  assertBalanced,
  eur,
  ledgerOf,
  pay,
  paymentOf,
  request,
  sandboxState,
  shopper,
  staff,
} from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service, { config: { PAYMENT_GATEWAY_TIMEOUT_MS: '1000' } })
})
after(() => world.close())

const ofCheckout = async (event: typeof paymentAuthorized, checkoutId: string) =>
  (await world.said(event)).filter((said) => said.checkoutId === checkoutId)

test('an approved card holds the amount, books it and says so', async () => {
  const payment = await pay(world)
  assert.equal(payment.status, 'authorized')
  assert.deepEqual(payment.amount, eur(2_500))
  const entries = await ledgerOf(world, payment.id)
  assert.deepEqual(entries.map(({ account, debit, credit, kind }) => [account, debit, credit, kind]).sort(), [
    ['authorized', 2_500, 0, 'authorize'],
    ['customer', 0, 2_500, 'authorize'],
  ])
  assert.deepEqual(await ofCheckout(paymentAuthorized, payment.checkoutId), [
    { paymentId: payment.id, checkoutId: payment.checkoutId, amount: eur(2_500) },
  ])
  await assertBalanced(world)
})

test('repeating an authorization gives the same payment and holds nothing more', async () => {
  const asked = await request(world)
  const first = await world.call(payments.authorize, asked)
  assert.deepEqual(await world.call(payments.authorize, asked), first)
  assert.equal((await ofCheckout(paymentAuthorized, asked.checkoutId)).length, 1)
  assert.equal((await ledgerOf(world, first.id)).length, 2)
})

test('authorizations of one checkout that come at once make one hold', async () => {
  const asked = await request(world)
  const replies = await Promise.all([1, 2, 3, 4, 5].map(() => world.call(payments.authorize, asked)))
  assert.equal(new Set(replies.map(({ id }) => id)).size, 1)
  assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set(['authorized']))
  assert.equal((await ofCheckout(paymentAuthorized, asked.checkoutId)).length, 1)
  await assertBalanced(world)
})

test('a declined card is told in words, and stays declined', async () => {
  const payment = await pay(world, 'declined')
  assert.equal(payment.status, 'declined')
  assert.equal(payment.declineReason, 'Your card was declined.')
  assert.equal(payment.declineField, undefined)
  assert.equal((await world.said(paymentDeclined)).at(-1)?.reason, 'Your card was declined.')
  assert.deepEqual(await ledgerOf(world, payment.id), [])
})

test('an expired card names the field to correct', async () => {
  const payment = await pay(world, 'expired')
  assert.deepEqual([payment.status, payment.declineField], ['declined', 'expiry'])
})

test('a gateway that does not answer leaves the outcome unknown; asked later, it tells of the hold', async () => {
  const payment = await pay(world, 'timeout')
  assert.equal(payment.status, 'unknown')
  assert.equal((await sandboxState(world, payment.checkoutId))?.state, 'held')
  const asked = await world.call(payments.askPayment, { checkoutId: payment.checkoutId })
  assert.equal(asked.status, 'authorized')
  assert.equal((await ofCheckout(paymentAuthorized, payment.checkoutId)).length, 1)
  await assertBalanced(world)
})

test('an unknown outcome is asked for by the service itself, with growing pauses', async () => {
  const { checkoutId } = await pay(world, 'timeout')
  await world.runJobs()
  assert.equal((await paymentOf(world, checkoutId)).status, 'unknown')
  world.advance(16_000)
  await world.runJobs()
  assert.equal((await paymentOf(world, checkoutId)).status, 'authorized')
  await assertBalanced(world)
})

test('a payment whose process died while the gateway answered is found again by the watchdog', async () => {
  const asked = await request(world)
  await diedAfterAsking(asked)
  world.advance(16_000)
  await world.runJobs()
  assert.equal((await paymentOf(world, asked.checkoutId)).status, 'authorized')
  assert.equal((await ofCheckout(paymentAuthorized, asked.checkoutId)).length, 1)
  await assertBalanced(world)
})

test('a payment whose process died is finished by repeating the authorization', async () => {
  const asked = await request(world)
  await diedAfterAsking(asked)
  assert.equal((await world.call(payments.authorize, asked)).status, 'authorized')
  await assertBalanced(world)
})

test('a payment that never reached the gateway waits for its checkout, and ends after a day', async () => {
  const asked = await request(world)
  await noted(asked)
  assert.equal((await world.call(payments.askPayment, asked)).status, 'authorizing')
  world.advance(25 * 3_600_000)
  assert.equal((await world.call(payments.askPayment, asked)).status, 'voided')
  assert.equal((await world.call(payments.authorize, asked)).status, 'voided')
  assert.equal((await sandboxState(world, asked.checkoutId))?.state, 'voided')
})

test('a checkout that was given up before it came to pay is refused', async () => {
  const asked = await request(world)
  await world.call(payments.abandonPayment, { checkoutId: asked.checkoutId })
  await assert.rejects(world.call(payments.askPayment, asked), (error) => is(error, notFound))
  for (const attempt of [1, 2]) {
    const payment = await world.call(payments.authorize, asked)
    assert.equal(payment.status, 'declined', `attempt ${attempt}`)
    assert.equal(payment.declineReason, 'The checkout was given up.')
    assert.deepEqual(payment.amount, eur(2_500))
  }
  assert.equal(await sandboxState(world, asked.checkoutId), undefined)
})

test('what is held for a checkout that is given up is voided', async () => {
  const { checkoutId, id } = await pay(world)
  await world.call(payments.abandonPayment, { checkoutId })
  await world.call(payments.abandonPayment, { checkoutId })
  await world.runJobs()
  assert.equal((await paymentOf(world, checkoutId)).status, 'voided')
  assert.equal((await ofCheckout(paymentVoided, checkoutId)).length, 1)
  assert.equal((await ledgerOf(world, id)).length, 4)
  await assertBalanced(world)
})

test('a hold that turns out later to exist is voided when the checkout was given up meanwhile', async () => {
  const { checkoutId } = await pay(world, 'timeout')
  await world.call(payments.abandonPayment, { checkoutId })
  await world.runJobs()
  assert.equal((await paymentOf(world, checkoutId)).status, 'voided')
  assert.equal((await sandboxState(world, checkoutId))?.state, 'voided')
  assert.deepEqual(await ofCheckout(paymentAuthorized, checkoutId), [])
})

test('giving up and authorizing at the same moment never leaves a hold', async () => {
  for (let round = 0; round < 5; round++) {
    const asked = await request(world)
    await Promise.all([
      world.call(payments.authorize, asked),
      world.call(payments.abandonPayment, { checkoutId: asked.checkoutId }),
    ])
    await world.runJobs()
    const state = (await sandboxState(world, asked.checkoutId))?.state
    assert.ok(state === undefined || state === 'voided', `the hold is ${state}`)
    assert.notEqual((await paymentOf(world, asked.checkoutId)).status, 'authorized')
  }
  await assertBalanced(world)
})

test('nothing to pay is authorized without booking anything', async () => {
  const payment = await world.call(payments.authorize, await request(world, 'approved', 0))
  assert.equal(payment.status, 'authorized')
  assert.deepEqual(await ledgerOf(world, payment.id), [])
})

test('a negative amount, an unknown gateway and a token nobody knows are refused', async () => {
  const asked = await request(world)
  const call = (wrong: Partial<typeof asked>) => world.call(payments.authorize, { ...asked, ...wrong })
  await assert.rejects(call({ amount: eur(-1) }), (error) => is(error, invalidInput))
  await assert.rejects(call({ gateway: 'nowhere' }), (error) => is(error, paymentGatewayUnknown))
  await assert.rejects(call({ gateway: 'constructor' }), (error) => is(error, paymentGatewayUnknown))
  const declined = await call({ token: 'tok_unknown' })
  assert.deepEqual([declined.status, declined.declineField], ['declined', 'number'])
})

test('payments are listed newest first, page by page, for staff only', async () => {
  const [older, newer] = [await pay(world), await pay(world)]
  const first = await world.call(payments.listPayments, { limit: 1 }, { as: staff })
  assert.deepEqual(first.items[0], newer)
  const second = await world.call(payments.listPayments, { limit: 1, after: first.next }, { as: staff })
  assert.deepEqual(second.items[0], older)
  const voided = await world.call(payments.listPayments, { status: 'voided', limit: 100 }, { as: staff })
  assert.deepEqual(new Set(voided.items.map(({ status }) => status)), new Set(['voided']))
  await assert.rejects(world.call(payments.listPayments, {}, { as: shopper }), (e) => is(e, unauthenticated))
  const other = { ...staff, permissions: ['catalog'] }
  await assert.rejects(world.call(payments.listLedger, { id: older.id }, { as: other }), (e) =>
    is(e, forbidden),
  )
})

type Asked = Awaited<ReturnType<typeof request>>

/** The first transaction of an authorization, and no more. */
function noted({ checkoutId, gateway, amount }: Asked): Promise<unknown> {
  return addPayment(world.database, { id: newId('pay'), checkoutId, gateway, ...amount, at: new Date() })
}

/** The gateway did what it was asked, but nobody was left to write its answer down. */
async function diedAfterAsking(asked: Asked): Promise<void> {
  await noted(asked)
  const terms = { now: new Date(), signal: new AbortController().signal }
  const gateway = sandboxGateway(world.database, 'secret')
  const standing = await gateway.authorize({ ...asked, reference: asked.checkoutId }, terms)
  assert.equal(standing.kind, 'authorized')
}

test('a token that was not used is forgotten after its time', async () => {
  await request(world)
  const tokens = async () => (await world.database.rows`select 1 from sandbox_tokens`).length
  assert.ok((await tokens()) > 0)
  world.advance(tokenMs)
  await world.runJobs()
  assert.equal(await tokens(), 0)
})
