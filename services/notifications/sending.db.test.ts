import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { openWorld, type World } from '@rialto/kit/testing'
import { orderPlaced } from '@rialto/orders/contract'
import { type Delivery, notifications } from './contract.ts'
import { attemptsLimit, nextAttempt } from './send-delivery.ts'
import service from './service.ts'
import { type MailServer, mailServer, order } from './testing.ts'

let server: MailServer
let world: World
before(async () => {
  server = await mailServer()
  world = await openWorld(service, { config: { SMTP_URL: `smtp://127.0.0.1:${server.port}` } })
})
after(async () => {
  await world.close()
  server.close()
})
beforeEach(() => {
  server.taken.length = 0
  server.answer = undefined
})

const hour = 3_600_000

async function place(): Promise<() => Promise<Delivery | undefined>> {
  const id = newId('ord')
  const to = `${id}@shop.example`
  const placed = { orderId: id, checkoutId: 'chk', cartId: 'cart', order: { ...order(id), email: to } }
  await world.hear(orderPlaced, placed)
  const staff = { kind: 'staff', id: 'staff_1', permissions: ['notifications'] } as const
  return async () => (await world.call(notifications.listDeliveries, { to }, { as: staff })).items[0]
}

test('a message goes to the mail server, once', async () => {
  const read = await place()
  await world.runJobs()
  assert.equal(server.taken.length, 1)
  const delivery = await read()
  assert.deepEqual([delivery?.status, delivery?.attempts], ['sent', 1])
  const sent = server.taken[0] ?? ''
  assert.ok(sent.includes(`Message-ID: <${delivery?.id}@rialto.example>`))
  assert.ok(sent.includes('text/plain') && sent.includes('text/html'))
})

test('a mail server that is busy is asked again later, and takes the message once', async () => {
  server.answer = '451 later'
  const read = await place()
  const waiting = await read()
  assert.deepEqual([waiting?.status, waiting?.attempts], ['queued', 1])
  assert.match(waiting?.error ?? '', /451 later/)
  server.answer = undefined
  world.advance(10_000)
  await world.runJobs()
  assert.equal(server.taken.length, 1)
  const sent = await read()
  assert.deepEqual([sent?.status, sent?.attempts, sent?.error], ['sent', 2, undefined])
})

test('a message survives half a day without a mail server', async () => {
  server.answer = '451 later'
  const read = await place()
  for (let n = 0; n < 22; n++) {
    world.advance(hour)
    await world.runJobs()
  }
  assert.equal((await read())?.status, 'queued')
  server.answer = undefined
  world.advance(hour)
  await world.runJobs()
  assert.equal((await read())?.status, 'sent')
  assert.equal(server.taken.length, 1)
})

test('a message that nobody takes for a day is shown to staff as failed', async () => {
  server.answer = '451 later'
  const read = await place()
  for (let n = 0; n < attemptsLimit + 5; n++) {
    world.advance(hour)
    await world.runJobs()
  }
  const failed = await read()
  assert.deepEqual([failed?.status, failed?.attempts], ['failed', attemptsLimit])
})

test('an address that is refused for good is not tried again', async () => {
  server.answer = '550 no such person'
  const read = await place()
  const failed = await read()
  assert.deepEqual([failed?.status, failed?.attempts], ['failed', 1])
  assert.match(failed?.error ?? '', /no such person/)
})

test('a wrong password for the mail server is no fault of the address', () => {
  const refused = { code: 'EAUTH', responseCode: 535 }
  assert.equal(nextAttempt(1, refused), 'soon')
  assert.equal(nextAttempt(20, refused), 'in-an-hour')
  assert.equal(nextAttempt(1, { code: 'EENVELOPE', responseCode: 550 }), 'never')
  assert.equal(nextAttempt(1, { code: 'EENVELOPE', responseCode: 450 }), 'soon')
})
