import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Broker } from './broker.ts'
import { ears, ids, message, publishAll } from './carrier-testing.ts'
import { createBroker } from './create-broker.ts'
import { encode } from './envelope.ts'
import { subjectOf } from './jetstream-topics.ts'
import type { Message } from './message.ts'
import { connectNats } from './nats.ts'
import { startTestNats, type TestNats } from './nats-testing.ts'
import { silent } from './telemetry.ts'
import { until } from './until.ts'

// The carrier alone, between publishers and hearers that are made up.

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

async function broker(): Promise<Broker> {
  const made = await createBroker({ natsUrl: server.url, name: 'test', log: silent })
  open.push(made)
  return made
}

test('a message comes as it was said, to every service that hears it and to one replica of each', async () => {
  const [first, second, mail] = [ears(), ears(), ears()]
  const [a, b] = [await broker(), await broker()]
  a.subscribe('stock', ['whole.placed'], first)
  b.subscribe('stock', ['whole.placed', 'whole.cancelled'], second)
  b.subscribe('mail', ['whole.placed'], mail)
  const placed = Array.from({ length: 50 }, (_, count) => message('whole.placed', { count, word: 'Größe' }))
  const cancelled = message('whole.cancelled', { traced: true }, { traceparent: '00-abc-def-01', version: 3 })
  const unheard = message('whole.unheard')
  await publishAll(a, [...placed, cancelled, unheard])
  await until(
    'all is heard',
    () => mail.heard.length === 50 && first.heard.length + second.heard.length === 51,
  )
  assert.deepEqual(ids([...first.heard, ...second.heard]), ids([...placed, cancelled]))
  assert.deepEqual(
    mail.heard.find(({ id }) => id === placed[7]?.id),
    placed[7],
  )
  assert.deepEqual(
    second.heard.find(({ id }) => id === cancelled.id),
    cancelled,
  )
})

test('what was said before a hearer came is for it, too', async () => {
  const said = message('early.said')
  await publishAll(await broker(), [said])
  const late = ears()
  const other = await broker()
  other.subscribe('late', ['early.said'], late)
  await until('it is heard', () => late.heard.length === 1)
  assert.deepEqual(late.heard, [said])
})

test('a message that is published twice is handed over once', async () => {
  const hearer = ears()
  const carrier = await broker()
  carrier.subscribe('once', ['twice.said'], hearer)
  const [said, last] = [message('twice.said'), message('twice.said')]
  await publishAll(carrier, [said])
  await publishAll(carrier, [said, last])
  await until('the last one is heard', () => hearer.heard.some(({ id }) => id === last.id))
  assert.deepEqual(ids(hearer.heard), ids([said, last]))
})

test('a hearer that cannot store a message gets it again, until it can', async () => {
  let failures = 2
  const hearer = ears(async () => {
    if (failures-- > 0) throw new Error('no database')
  })
  const carrier = await broker()
  carrier.subscribe('weak', ['weak.said'], hearer)
  const said = message('weak.said')
  await publishAll(carrier, [said])
  await until('it is stored', () => hearer.heard.length === 1)
  assert.equal(failures, -1)
})

test('a message that cannot be read is parked as it came, and holds up no other', async () => {
  const hearer = ears()
  const carrier = await broker()
  const said = message('broken.said')
  await publishAll(carrier, [said])
  const good = JSON.parse(encode(said))
  const broken = [
    'no JSON, Jane Doe',
    '[]',
    JSON.stringify({ ...good, specversion: '2.0' }),
    JSON.stringify({ ...good, id: undefined }),
    JSON.stringify({ ...good, type: 'rialto.other.said.v1' }),
    JSON.stringify({ ...good, aggregateversion: 'one' }),
  ]
  for (const text of broken) await jetstream(nats).publish(subjectOf('broken.said', 'thing_1'), text)
  const last = message('broken.said')
  await publishAll(carrier, [last])
  carrier.subscribe('reader', ['broken.said'], hearer)
  await until('the last one is heard', () => hearer.heard.length === 2 && hearer.unreadable.length === 6)
  assert.deepEqual(ids(hearer.heard), ids([said, last]))
  assert.deepEqual(
    hearer.unreadable.map(({ raw }) => raw),
    broken,
  )
  assert.deepEqual(
    hearer.unreadable.map(({ name, aggregateId }) => [name, aggregateId]),
    broken.map(() => ['broken.said', 'thing_1']),
  )
  assert.equal(hearer.unreadable[0]?.reason, 'It is not JSON.')
  assert.match(hearer.unreadable[5]?.reason ?? '', /aggregateversion/)
})

test('a hearer that leaves hands what it has not stored to the other replica at once', async () => {
  const [a, b] = [await broker(), await broker()]
  let began = false
  const staying = ears()
  const leaving = ears(async () => {
    began = true
    await until('the other one is at work', () => staying.heard.length > 0)
  })
  const leave = a.subscribe('team', ['team.said'], leaving)
  const said = Array.from({ length: 200 }, () => message('team.said'))
  await publishAll(a, said)
  await until('the first one is at work', () => began)
  b.subscribe('team', ['team.said'], staying)
  await leave()
  const all = () => new Set(ids([...leaving.heard, ...staying.heard]))
  await until('the rest is heard', () => all().size === said.length)
  assert.deepEqual([...all()].sort(), ids(said))
})

test('every instance is told of what passes, and that it may have missed something', async () => {
  const told: Message[][] = [[], []]
  let missed = 0
  const carriers = [await broker(), await broker()]
  for (const [index, carrier] of carriers.entries())
    carrier.watch(
      ['seen.changed'],
      (seen) => told[index]?.push(seen),
      () => missed++,
    )
  const tell = async () => {
    const said = message('seen.changed', { at: Date.now() })
    await publishAll(carriers[0] as Broker, [said])
    return said
  }
  await until('both are told', async () => {
    await tell()
    return told.every((heard) => heard.length > 0)
  })
  await server.stop()
  await server.start()
  await until('both know that something may have passed', () => missed === 2)
  const said = await tell()
  await until('both are told again', () => told.every((heard) => heard.some(({ id }) => id === said.id)))
})
