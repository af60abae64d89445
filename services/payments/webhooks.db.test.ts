import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bodyTooLarge, is, notFound } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import { orderPlaced } from '@rialto/orders/contract'
import { pino } from 'pino'
import {
  invalidCard,
  paymentAuthorized,
  paymentGatewayUnknown,
  payments,
  webhookRefused,
} from './contract.ts'
import { webhookBody } from './sandbox/gateway.ts'
import service from './service.ts'
import {
  assertBalanced,
  cards,
  pay,
  paymentOf,
  placed,
  request,
  sandboxState,
  shopper,
  tokenOf,
} from './testing.ts'
import { signedHeaders } from './webhook-signature.ts'

const secret = 'the webhook secret of these tests, long enough'
const logged: string[] = []
const log = pino({ level: 'warn' }, { write: (line) => logged.push(line) })
let world: World
before(async () => {
  world = await openWorld(service, { config: { SANDBOX_WEBHOOK_SECRET: secret }, log })
})
after(() => world.close())

interface Sent {
  readonly id?: string
  readonly with?: string
  readonly ageSeconds?: number
  readonly gateway?: string
}

/** Sends a webhook as the gateway would, at the time of this moment. */
async function send(reference: string, { id = `evt_${reference}`, ...how }: Sent = {}): Promise<unknown> {
  const body = webhookBody({ id, reference })
  const { with: key = secret, ageSeconds = 0, gateway = 'sandbox' } = how
  const timestamp = String(Math.floor(Date.now() / 1_000) - ageSeconds)
  return deliver(body, signedHeaders({ id, timestamp, body }, key), gateway)
}

function deliver(body: Uint8Array, headers: Record<string, string>, gateway = 'sandbox'): Promise<unknown> {
  const stream = (async function* () {
    yield body.subarray(0, 10)
    yield body.subarray(10)
  })()
  return world.call(payments.receiveWebhook, { gateway, body: stream }, { as: { kind: 'anyone' }, headers })
}

const heldOnce = async (checkoutId: string) => {
  const said = (await world.said(paymentAuthorized)).filter((one) => one.checkoutId === checkoutId)
  assert.equal(said.length, 1)
  await assertBalanced(world)
}

/** Confirms or refuses on the page of the bank, as the shopper does. */
async function answer(redirectUrl: string | undefined, approve: boolean) {
  const id = redirectUrl?.split('/').at(-1) ?? ''
  return world.call(payments.answerSandboxChallenge, { id, approve }, { as: shopper })
}

const stored = (id: string) =>
  world.database.rows<{ processedAt: string | null }>`select processed_at from webhooks where id = ${id}`

test('3-D Secure: the shopper confirms, a webhook tells, the amount is held', async () => {
  const { checkoutId, status, redirectUrl } = await pay(world, 'challenge')
  assert.equal(status, 'action-required')
  const id = redirectUrl?.split('/').at(-1) ?? ''
  assert.equal(redirectUrl, `/sandbox-gateway/challenge/${id}`)
  const shown = await world.call(payments.getSandboxChallenge, { id }, { as: shopper })
  assert.deepEqual(shown, {
    id,
    amount: { amount: 2_500, currency: 'EUR' },
    status: 'open',
    returnUrl: '/back',
  })
  assert.deepEqual(await answer(redirectUrl, true), { returnUrl: '/back' })
  await world.runJobs()
  assert.equal((await paymentOf(world, checkoutId)).status, 'authorized')
  assert.equal((await paymentOf(world, checkoutId)).redirectUrl, undefined)
  assert.equal((await world.call(payments.getSandboxChallenge, { id })).status, 'approved')
  assert.equal((await stored(`evt_${checkoutId}`)).length, 1)
  await heldOnce(checkoutId)
})

test('3-D Secure: who refuses is declined, and the first answer counts', async () => {
  const { checkoutId, redirectUrl } = await pay(world, 'challenge')
  await answer(redirectUrl, false)
  await answer(redirectUrl, true)
  await world.runJobs()
  const payment = await paymentOf(world, checkoutId)
  assert.deepEqual([payment.status, payment.declineReason], ['declined', 'The payment was not confirmed.'])
})

test('3-D Secure: a shopper who comes back before the webhook is believed after asking', async () => {
  const { checkoutId, redirectUrl } = await pay(world, 'challenge')
  await answer(redirectUrl, true)
  assert.equal((await world.call(payments.askPayment, { checkoutId })).status, 'authorized')
  await world.runJobs()
  await heldOnce(checkoutId)
})

test('3-D Secure: without an answer the payment is declined after half an hour', async () => {
  const { checkoutId, redirectUrl } = await pay(world, 'challenge')
  await world.database.run`
    update sandbox_holds set challenge_until = now() - interval '1 minute' where reference = ${checkoutId}`
  await answer(redirectUrl, true)
  const payment = await world.call(payments.askPayment, { checkoutId })
  assert.deepEqual(
    [payment.status, payment.declineReason],
    ['declined', 'The payment was not confirmed in time.'],
  )
  await assert.rejects(answer('/sandbox-gateway/challenge/unknown', true), (error) => is(error, notFound))
})

test('3-D Secure: confirming a payment that was given up holds nothing', async () => {
  const { checkoutId, redirectUrl } = await pay(world, 'challenge')
  await world.call(payments.abandonPayment, { checkoutId })
  await world.runJobs()
  await answer(redirectUrl, true)
  await world.runJobs()
  assert.equal((await paymentOf(world, checkoutId)).status, 'voided')
  assert.equal((await sandboxState(world, checkoutId))?.state, 'voided')
})

test('a late webhook brings the approval that the gateway did not give at once', async () => {
  const { checkoutId, status } = await pay(world, 'late')
  assert.equal(status, 'unknown')
  assert.equal((await world.call(payments.askPayment, { checkoutId })).status, 'unknown')
  world.advance(4_000)
  await world.runJobs()
  assert.equal((await paymentOf(world, checkoutId)).status, 'authorized')
  await heldOnce(checkoutId)
})

test('a webhook that comes several times, also at once, takes effect once', async () => {
  const { checkoutId, redirectUrl } = await pay(world, 'challenge')
  await answer(redirectUrl, true)
  await Promise.all([send(checkoutId), send(checkoutId), send(checkoutId)])
  await world.runJobs()
  await send(checkoutId)
  await world.runJobs()
  const rows = await stored(`evt_${checkoutId}`)
  assert.equal(rows.length, 1)
  assert.ok(rows[0]?.processedAt)
  await heldOnce(checkoutId)
})

test('a webhook that comes too early, or long after, changes nothing that is not so', async () => {
  const early = await pay(world, 'challenge')
  await send(early.checkoutId, { id: `evt_early_${early.checkoutId}` })
  await world.runJobs()
  assert.equal((await paymentOf(world, early.checkoutId)).status, 'action-required')
  const { checkoutId } = await pay(world)
  await world.hear(orderPlaced, placed(checkoutId))
  await send(checkoutId)
  await world.runJobs()
  assert.equal((await paymentOf(world, checkoutId)).status, 'captured')
  await assertBalanced(world)
})

test('a webhook about a payment nobody knows is stored and has no effect', async () => {
  await send('chk_unknown')
  await world.runJobs()
  assert.ok((await stored('evt_chk_unknown'))[0]?.processedAt)
})

test('a webhook with a bad, old or missing signature is refused and not stored', async () => {
  const refused = (sending: Promise<unknown>) => assert.rejects(sending, (error) => is(error, webhookRefused))
  await refused(send('chk_bad', { with: 'another secret' }))
  await refused(send('chk_bad', { ageSeconds: 600 }))
  await refused(deliver(webhookBody({ id: 'evt_chk_bad', reference: 'chk_bad' }), {}))
  const nonsense = Buffer.from('no json')
  const timestamp = String(Math.floor(Date.now() / 1_000))
  await refused(deliver(nonsense, signedHeaders({ id: 'evt_1', timestamp, body: nonsense }, secret)))
  await assert.rejects(send('chk_bad', { gateway: 'nobody' }), (error) => is(error, paymentGatewayUnknown))
  await assert.rejects(deliver(Buffer.alloc(70_000), {}), (error) => is(error, bodyTooLarge))
  assert.deepEqual(await stored('evt_chk_bad'), [])
  const told = logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'a webhook was refused')
  assert.deepEqual(
    told.map(({ gateway, reason }) => [gateway, reason]),
    [
      ['sandbox', 'The signature does not belong to this body.'],
      ['sandbox', 'The notification is too old.'],
      ['sandbox', 'The webhook-id, -timestamp or -signature header is missing.'],
      ['sandbox', 'The body is not an event of this gateway.'],
    ],
  )
})

test('a wrong card is refused field by field', async () => {
  const typed = { number: '4242 4242 4242 4241', expiry: '12/20', cvc: '1' }
  await assert.rejects(world.call(payments.tokenizeSandboxCard, typed, { as: shopper }), (error) => {
    assert.ok(is(error, invalidCard))
    const { errors } = error.details as { errors: { field: string }[] }
    assert.deepEqual(
      errors.map(({ field }) => field),
      ['number', 'expiry', 'cvc'],
    )
    return true
  })
})

test('a token ends after an hour', async () => {
  const asked = await request(world)
  await world.database.run`
    update sandbox_tokens set expires_at = now() - interval '1 second' where token = ${asked.token}`
  const payment = await world.call(payments.authorize, asked)
  assert.deepEqual([payment.status, payment.declineField], ['declined', 'number'])
})

test('shoppers are told the ways to pay, and every test card with what it does', async () => {
  const { items } = await world.call(payments.listPaymentMethods, {}, { as: { kind: 'anyone' } })
  assert.deepEqual(
    items.map(({ gateway }) => gateway),
    ['sandbox'],
  )
  assert.deepEqual(
    items[0]?.testCards.map(({ number }) => number),
    Object.values(cards),
  )
})

test('where the sandbox is switched off nobody pays with a test card', async () => {
  const strict = await openWorld(service, { config: { SANDBOX_GATEWAY: 'false' } })
  try {
    assert.deepEqual((await strict.call(payments.listPaymentMethods, {})).items, [])
    await assert.rejects(tokenOf(strict, 'approved'), (error) => is(error, paymentGatewayUnknown))
  } finally {
    await strict.close()
  }
})
