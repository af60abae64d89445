import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { BlockList } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { setDefaultCACertificates } from 'node:tls'
import { guestIdentified } from '@rialto/identity/contract'
import { newId } from '@rialto/kit/id'
import type { World } from '@rialto/kit/testing'
import { messageOf } from '@rialto/kit/testing'
import { until } from '@rialto/kit/until'
import { shipmentCreated, shipmentDelivered } from '@rialto/shipping/contract'
import { webhooks } from './contract.ts'
import { guardedLookup, RefusedAddress } from './lookup.ts'
import { listOf } from './networks.ts'
import { openPost } from './post.ts'
import { answering, openReceiver, openWebhooks, type Received, type Receiver, staff } from './testing.ts'
import { cert, key } from './testing-certificate.ts'

// From the event to the receiver.

const as = staff
let world: World
let receiver: Receiver
before(async () => {
  receiver = await openReceiver()
  world = await openWebhooks({ WEBHOOK_TIMEOUT_MS: '500' })
})
after(async () => {
  await world.close()
  await receiver.close()
})
beforeEach(async () => {
  receiver.answer = undefined
  receiver.received.length = 0
  await world.database.run`delete from webhooks`
})

const shipment = () => ({ shipmentId: newId('shp'), orderId: newId('ord'), fulfilmentId: newId('ful') })
const create = (path: string, more: object = {}) =>
  world.call(
    webhooks.createWebhook,
    { url: receiver.url + path, eventTypes: ['shipment.created'], ...more },
    { as },
  )
const log = async (id: string) => (await world.call(webhooks.listWebhookDeliveries, { id }, { as })).items
const newest = async (id: string) => (await log(id))[0]

/** Waits until all that was sent is settled as asked. */
const settled = (id: string, status: string) =>
  until(`a delivery is ${status}`, async () => {
    const all = await log(id)
    return all.length > 0 && all.every((one) => one.status === status) && all
  })

/** As any receiver checks it, with nothing of the code that signs. */
function isGenuine({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  return String(headers['webhook-signature']).split(' ').includes(expected)
}

test('an event arrives signed at everyone who wants it, and at nobody else', async () => {
  const [one, two] = [await create('/one'), await create('/two')]
  await create('/other', { eventTypes: ['order.placed'] })
  await create('/off', { enabled: false })
  const data = shipment()
  const [id, at] = [newId('msg'), '2026-03-01T10:00:00.000Z']
  await world.hear(shipmentCreated, data, { id, at })
  await Promise.all([settled(one.id, 'delivered'), settled(two.id, 'delivered')])
  assert.deepEqual(receiver.received.map(({ path }) => path).sort(), ['/one', '/two'])
  for (const [path, { secret }] of [['/one', one] as const, ['/two', two] as const]) {
    const [received] = receiver.at(path) as [Received]
    assert.deepEqual(JSON.parse(received.body), { type: 'shipment.created', timestamp: at, data })
    assert.equal(received.headers['webhook-id'], id)
    assert.equal(received.headers['content-type'], 'application/json')
    assert.ok(isGenuine(received, secret))
    assert.ok(!isGenuine({ ...received, body: `${received.body} ` }, secret))
  }
  assert.ok(!isGenuine(receiver.at('/one')[0] as Received, two.secret))
})

test('an event that is heard twice is one delivery', async () => {
  const { id } = await create('/once')
  const message = messageOf(shipmentCreated, shipment(), { id: newId('msg') })
  await world.inbox.deliver([message, message])
  await Promise.all([world.inbox.deliver([message]), world.inbox.deliver([message])])
  await world.hear(shipmentCreated, message.data as ReturnType<typeof shipment>, { id: message.id })
  await settled(id, 'delivered')
  assert.equal((await log(id)).length, 1)
  assert.equal(receiver.at('/once').length, 1)
})

test('an event that nobody wants leaves nothing behind', async () => {
  await create('/some')
  const id = newId('msg')
  await world.hear(guestIdentified, { guestId: newId('guest'), customerId: newId('cust') }, { id })
  const left = await world.database.rows`
    select id from rialto.inbox where id = ${id} union all select id from messages where id = ${id}`
  assert.deepEqual(left, [])
})

test('a receiver that is away gets it once, when it is back, and the log tells the way', async () => {
  const { id } = await create('/away')
  receiver.answer = answering(503)
  await world.hear(shipmentCreated, shipment())
  await until('it was tried', async () => (await newest(id))?.lastStatus === 503)
  const waiting = await newest(id)
  assert.deepEqual([waiting?.status, waiting?.attempts], ['queued', 1])
  assert.ok(Date.parse(waiting?.nextAttemptAt ?? '') > Date.parse(waiting?.createdAt ?? ''))
  receiver.answer = undefined
  world.advance(5_000)
  await world.runJobs()
  await settled(id, 'delivered')
  const { history, body } = await world.call(
    webhooks.getWebhookDelivery,
    { id, deliveryId: waiting?.id ?? '' },
    { as },
  )
  assert.deepEqual(
    history.map(({ number, status }) => [number, status]),
    [
      [2, 204],
      [1, 503],
    ],
  )
  assert.ok(history.every(({ durationMs }) => durationMs >= 0))
  assert.equal(body, receiver.at('/away')[1]?.body)
  assert.equal(receiver.at('/away')[0]?.headers['webhook-id'], receiver.at('/away')[1]?.headers['webhook-id'])
  assert.equal((await world.call(webhooks.getWebhook, { id }, { as })).failingSince, undefined)
})

test('a receiver that asks for time is left alone for so long', async () => {
  const { id } = await create('/busy')
  receiver.answer = answering(429, { 'retry-after': '600' })
  await world.hear(shipmentCreated, shipment())
  await until('it was tried', async () => (await newest(id))?.lastStatus === 429)
  const { createdAt, nextAttemptAt } = (await newest(id)) ?? {}
  assert.ok(Date.parse(nextAttemptAt ?? '') - Date.parse(createdAt ?? '') >= 600_000)
})

test('a receiver whose connection breaks is told to staff in a word', async () => {
  const { id } = await create('/broken')
  receiver.answer = (_, reply) => reply.destroy()
  await world.hear(shipmentCreated, shipment())
  await until('it was tried', async () => (await newest(id))?.lastError === 'No connection: ECONNRESET')
  assert.equal((await newest(id))?.lastStatus, undefined)
})

test('no redirect is followed', async () => {
  const { id } = await create('/moved')
  receiver.answer = answering(307, { location: `${receiver.url}/elsewhere` })
  await world.hear(shipmentCreated, shipment())
  await until('it was tried', async () => (await newest(id))?.lastStatus === 307)
  assert.equal(receiver.at('/elsewhere').length, 0)
  assert.equal((await newest(id))?.status, 'queued')
})

test('of an endless answer the beginning is kept, and its status counts', async () => {
  const { id } = await create('/talks')
  receiver.answer = (_, reply) => {
    reply.writeHead(200)
    reply.write('so much to say\0'.repeat(10_000))
  }
  await world.hear(shipmentCreated, shipment())
  const [delivery] = await settled(id, 'delivered')
  const { history } = await world.call(
    webhooks.getWebhookDelivery,
    { id, deliveryId: delivery?.id ?? '' },
    { as },
  )
  const { response = '' } = history[0] ?? {}
  assert.ok(response.startsWith('so much to say') && response.length <= 1_024)
})

test('one that hangs holds up no other', async () => {
  const { id } = await create('/hangs')
  const quick = await create('/quick', { eventTypes: ['shipment.created', 'shipment.delivered'] })
  const held: (() => void)[] = []
  receiver.answer = ({ path }, reply) => {
    if (path === '/hangs') held.push(() => reply.end())
    else reply.writeHead(204).end()
  }
  for (let n = 0; n < 12; n++) await world.hear(shipmentCreated, shipment())
  await until('the quick one has all', () => receiver.at('/quick').length === 12)
  await settled(quick.id, 'delivered')
  const all = await log(id)
  assert.ok(all.every(({ status }) => status === 'queued'))
  await until('its time is over', async () =>
    (await log(id)).some(({ lastError }) => lastError === 'No answer within 0.5 s'),
  )
  await world.hear(shipmentDelivered, shipment())
  await until('the quick one goes on', () => receiver.at('/quick').length === 13)
  for (const end of held) end()
})

test('what a process was sending when it died is sent by another', async () => {
  const { id } = await create('/died')
  receiver.answer = answering(500)
  await world.hear(shipmentCreated, shipment())
  await until('it was tried', async () => (await newest(id))?.lastStatus === 500)
  receiver.answer = undefined
  // As it stands while it is being sent.
  await world.database
    .run`update deliveries set due_at = now() + interval '20 seconds', attempts = 2, tries = 2`
  await world.runJobs()
  assert.equal((await newest(id))?.status, 'queued')
  world.advance(30_000)
  await world.runJobs()
  await settled(id, 'delivered')
  assert.equal(receiver.at('/died').length, 2)
})

test('an address that leads inside is not connected to, also when it was kept before', async () => {
  const { id } = await create('/inside')
  const inside = receiver.url.replace('127.0.0.1', '127.0.0.2')
  await world.database.run`update webhooks set url = ${inside} where id = ${id}`
  await world.hear(shipmentCreated, shipment())
  await until('it was refused', async () => /network of the shop/.test((await newest(id))?.lastError ?? ''))
  assert.equal(receiver.received.length, 0)
})

test('a name is asked for once, and its answer decides whether there is a connection', async () => {
  const asked: string[] = []
  const resolve = async (host: string) => {
    asked.push(host)
    return ['127.0.0.1']
  }
  const url = receiver.url.replace('127.0.0.1', 'erp.example')
  const letter = { url: `${url}/name`, headers: {}, body: '{}', signal: AbortSignal.timeout(5_000) }
  const postTo = (inside: BlockList) =>
    openPost({ rules: { plain: true, inside }, lookup: guardedLookup(inside, resolve) })(letter)
  await assert.rejects(postTo(listOf('')), RefusedAddress)
  assert.equal(receiver.received.length, 0)
  assert.equal((await postTo(listOf('127.0.0.1'))).status, 204)
  assert.deepEqual(asked, ['erp.example', 'erp.example'])
})

test('what is sent over https goes to who can show whose name it is, and to nobody else', async () => {
  const secure = await openReceiver({ key, cert })
  try {
    const { id } = await create('', { url: `${secure.url}/secure` })
    await world.hear(shipmentCreated, shipment())
    await until('it was refused', async () => /SELF_SIGNED_CERT/.test((await newest(id))?.lastError ?? ''))
    assert.equal(secure.received.length, 0)
    setDefaultCACertificates([cert])
    world.advance(5_000)
    await world.runJobs()
    await settled(id, 'delivered')
    assert.equal(secure.received.length, 1)
  } finally {
    await secure.close()
  }
})

test('a plain address that was allowed in development is not sent to in production', async () => {
  const rules = { plain: false, inside: listOf('127.0.0.1') }
  const post = openPost({ rules, lookup: guardedLookup(rules.inside, async () => ['127.0.0.1']) })
  const letter = { url: receiver.url, headers: {}, body: '{}', signal: AbortSignal.timeout(5_000) }
  await assert.rejects(post(letter), /must begin with https/)
  assert.equal(receiver.received.length, 0)
})

test('while a secret is rotated both sign, and then the new one alone', async () => {
  const { id, secret } = await create('/rotates')
  const rotated = await world.call(webhooks.rotateWebhookSecret, { id, overlapHours: 2 }, { as })
  const sent = async () => {
    await world.hear(shipmentCreated, shipment())
    await settled(id, 'delivered')
    const received = receiver.at('/rotates').at(-1) as Received
    return [isGenuine(received, secret), isGenuine(received, rotated.secret)]
  }
  assert.deepEqual(await sent(), [true, true])
  world.advance(2 * 3_600_000 + 1_000)
  assert.deepEqual(await sent(), [false, true])
})

test('a secret of another RIALTO_SECRET is told to staff, and nothing is sent unsigned', async () => {
  const { id } = await create('/other-secret')
  await world.database.run`update webhooks set secrets = '[{"sealed": "AAAA"}]' where id = ${id}`
  await world.hear(shipmentCreated, shipment())
  await until('it was tried', async () => /another RIALTO_SECRET/.test((await newest(id))?.lastError ?? ''))
  assert.equal(receiver.received.length, 0)
  await world.call(webhooks.rotateWebhookSecret, { id, overlapHours: 0 }, { as })
  world.advance(10_000)
  await world.runJobs()
  await settled(id, 'delivered')
})
