import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Broker } from './broker.ts'
import { ears, ids, message, publishAll } from './carrier-testing.ts'
import { createBroker } from './create-broker.ts'
import { ensureHearing, ensureTopic } from './jetstream-topics.ts'
import type { Message } from './message.ts'
import { connectNats } from './nats.ts'
import { startTestNats, type TestNats } from './nats-testing.ts'
import { silent } from './telemetry.ts'
import { until } from './until.ts'

// What the carrier does with too much and too large, and how its streams are made.

let server: TestNats
let nats: NatsConnection
const open: Broker[] = []

before(async () => {
  server = await startTestNats()
  nats = await connectNats({ urls: server.url, name: 'test' })
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((broker) => broker.close()))
})
after(async () => {
  await nats?.close()
  await server?.close()
})

async function broker(limits: { maxMebibytes?: number } = {}): Promise<Broker> {
  const made = await createBroker({ natsUrl: server.url, name: 'test', log: silent, ...limits })
  open.push(made)
  return made
}

test('a hearer that does not keep up is handed no more than it may hold', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const hearer = ears(() => held)
  const carrier = await broker()
  carrier.subscribe('slow', ['flood.said'], hearer)
  const flood = Array.from({ length: 3_000 }, () => message('flood.said'))
  for (let sent = 0; sent < flood.length; sent += 500)
    await publishAll(carrier, flood.slice(sent, sent + 500))
  const { consumers } = await jetstreamManager(nats)
  const info = await until('it holds all it may', async () => {
    const seen = await consumers.info('rialto-flood', 'slow-on-flood-said')
    return seen.num_ack_pending >= 1_000 && seen
  })
  assert.equal(info.num_ack_pending, 1_000)
  assert.equal(info.num_pending, 2_000)
  release()
  await until('all is heard', () => hearer.heard.length === 3_000)
})

test('a message of several megabytes is packed, and comes as it was said', async () => {
  const [hearer, watched] = [ears(), [] as Message[]]
  const carrier = await broker()
  carrier.subscribe('reader', ['large.said'], hearer)
  carrier.watch(['large.said'], (seen) => watched.push(seen))
  await publishAll(carrier, [message('large.said')])
  await until('the carrier is there', () => hearer.heard.length === 1)
  const large = message(
    'large.said',
    Array.from({ length: 40_000 }, (_, index) => ({ price: index, title: 'Größe' })),
  )
  await publishAll(carrier, [large])
  await until('it is heard', () => hearer.heard.length === 2)
  assert.deepEqual(hearer.heard[1], large)
  assert.deepEqual(watched.at(-1), large)
})

test('a message that is too large is refused, and those beside it are taken', async () => {
  const carrier = await broker()
  await publishAll(carrier, [message('size.said')])
  const [large, small] = [
    message('size.said', randomBytes(1_600_000).toString('base64')),
    message('size.said'),
  ]
  const refusals = await carrier.publish([large, small])
  assert.deepEqual(
    refusals.map(({ id }) => id),
    [large.id],
  )
  assert.match(refusals[0]?.reason ?? '', /payload/i)
})

test('streams and consumers are made once, whoever is first, and take new settings', async () => {
  const manager = await jetstreamManager(nats)
  const limits = [8, 8, 16, 16, 16].map((maxMebibytes) => ({ maxMebibytes }))
  await Promise.all(limits.map((limit) => ensureTopic(manager, 'made', limit)))
  await Promise.all(limits.map(() => ensureHearing(manager, 'stock', 'made.well')))
  await manager.consumers.update('rialto-made', 'stock-on-made-well', { max_ack_pending: 7 })
  await ensureTopic(manager, 'made', { maxMebibytes: 32 })
  await ensureHearing(manager, 'stock', 'made.well')
  const { config } = await manager.streams.info('rialto-made')
  assert.deepEqual(
    [config.max_bytes, config.discard, config.retention, config.num_replicas],
    [32 * 2 ** 20, 'new', 'limits', 1],
  )
  assert.equal(
    (await manager.consumers.info('rialto-made', 'stock-on-made-well')).config.max_ack_pending,
    1_000,
  )
})

test('a full stream refuses, makes room of what all have heard, and keeps what one has not', async () => {
  const carrier = await broker({ maxMebibytes: 1 })
  const [quick, slow] = [ears(), ears()]
  let stuck = true
  const refuse = async () => {
    if (stuck) throw new Error('not now')
  }
  const slowly = {
    ...slow,
    deliver: (messages: readonly Message[]) => refuse().then(() => slow.deliver(messages)),
  }
  const body = 'x'.repeat(100_000)
  carrier.subscribe('quick', ['full.said'], quick)
  const leave = carrier.subscribe('slow', ['full.said'], slowly)
  const first = Array.from({ length: 8 }, () => message('full.said', body))
  await publishAll(carrier, first)
  await until('the quick one has heard', () => quick.heard.length === 8)
  const second = Array.from({ length: 5 }, () => message('full.said', body))
  const refusals = await carrier.publish(second)
  assert.ok(refusals.length > 0 && /maximum bytes/.test(refusals[0]?.reason ?? ''))
  stuck = false
  await publishAll(carrier, second)
  await until('the slow one has heard all', () => new Set(ids(slow.heard)).size === 13)
  assert.deepEqual([...new Set(ids(slow.heard))], ids([...first, ...second]))
  await leave()
})
