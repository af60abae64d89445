import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type Broker, createLocalBroker, type Refusal } from './broker.ts'
import { event } from './contract.ts'
import type { Database } from './database.ts'
import type { Message } from './message.ts'
import { emit, wakeAfterCommit } from './outbox.ts'
import { type Relay, relayLeaseMs, startRelay } from './relay.ts'
import { Type } from './schema.ts'
import { silent } from './telemetry.ts'
import { openKitDatabase } from './testing.ts'
import { until } from './until.ts'

// How events leave the outbox, with a carrier that is told what to do.

const counted = event('number.counted', 1, Type.Object({ number: Type.Integer() }))

let database: Database
let close: () => Promise<void>
let published: number[]
/** What the carrier does with a batch before it takes it. */
let carry: (messages: readonly Message[]) => Promise<readonly Refusal[]>
let offsetMs = 0
const now = () => new Date(Date.now() + offsetMs)
const relays: Relay[] = []

before(async () => {
  ;({ database, close } = await openKitDatabase('relay'))
})
after(async () => {
  await stopRelays()
  await close?.()
})
beforeEach(async () => {
  await stopRelays()
  await database.run`delete from rialto.outbox`
  published = []
  carry = async () => []
  wakeAfterCommit(database, { now, events: () => {}, jobs: () => {} })
})

async function stopRelays(): Promise<void> {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()))
}

const numberOf = ({ data }: Message) => (data as { number: number }).number

const broker: Broker = {
  ...createLocalBroker(),
  publish: async (messages) => {
    const refusals = await carry(messages)
    const refused = new Set(refusals.map(({ id }) => id))
    published.push(...messages.filter(({ id }) => !refused.has(id)).map(numberOf))
    return refusals
  },
}

/** A replica's relay. Only one that is `awake` is told of commits, as in the process that made them. */
function relay({ awake = false } = {}): Relay {
  const started = startRelay({ database, broker, source: 'tests', log: silent, now, pollMs: 20 })
  relays.push(started)
  if (awake) wakeAfterCommit(database, { now, events: started.pass, jobs: () => {} })
  started.begin()
  return started
}

async function say(...numbers: number[]): Promise<void> {
  await database.transaction(async (tx) => {
    for (const number of numbers) emit(tx, counted, { number }, { id: String(number), version: 1 })
  })
}

async function waiting(): Promise<{ attempts: number; lastError: string | null }[]> {
  return database.rows`select attempts, last_error from rialto.outbox order by id`
}

const gone = () => until('the outbox is empty', async () => (await waiting()).length === 0)
const sorted = () => [...published].sort((a, b) => a - b)

test('what is said leaves at once, in its order, and the table is empty', async () => {
  relay({ awake: true })
  await say(1, 2, 3)
  await say(4)
  await gone()
  assert.deepEqual(published, [1, 2, 3, 4])
})

test('what a process left behind when it died is passed on by another, once its lease is over', async () => {
  const other = relay()
  await say(1, 2)
  other.kick()
  await other.idle()
  assert.deepEqual(published, [])
  offsetMs += relayLeaseMs
  await gone()
  assert.deepEqual(sorted(), [1, 2])
})

test('replicas share what was left behind', async () => {
  await say(...Array.from({ length: 1_000 }, (_, index) => index))
  offsetMs += relayLeaseMs
  for (let replica = 0; replica < 3; replica++) relay()
  await gone()
  assert.deepEqual(
    sorted(),
    Array.from({ length: 1_000 }, (_, index) => index),
  )
})

test('much that was left behind is passed on in batches, even by a plan that was made when there was nothing', async () => {
  const other = relay()
  await database.run`vacuum analyze rialto.outbox`
  for (let looks = 0; looks < 10; looks++) {
    other.kick()
    await other.idle()
  }
  const batches: number[] = []
  carry = async (messages) => {
    batches.push(messages.length)
    return []
  }
  await say(...Array.from({ length: 450 }, (_, index) => index))
  offsetMs += relayLeaseMs
  await gone()
  assert.deepEqual(batches, [100, 100, 100, 100, 50])
})

test('while the carrier is away everything stays, and follows when it is back', async () => {
  let away = true
  carry = async () => {
    if (away) throw new Error('away')
    return []
  }
  relay({ awake: true })
  await say(1)
  await say(2)
  assert.equal((await waiting()).length, 2)
  away = false
  offsetMs += relayLeaseMs
  await gone()
  assert.deepEqual(sorted(), [1, 2])
})

test('an event that is refused again and again holds up no other, and tells why it waits', async () => {
  carry = async (messages) =>
    messages.filter((message) => numberOf(message) === 13).map(({ id }) => ({ id, reason: 'too large' }))
  relay({ awake: true })
  await say(12, 13, 14)
  await say(15)
  await until('the others are gone, and it waits', async () => {
    const left = await waiting()
    return left.length === 1 && left[0]?.attempts === 1
  })
  assert.deepEqual(sorted(), [12, 14, 15])
  assert.deepEqual(await waiting(), [{ attempts: 1, lastError: 'too large' }])
  offsetMs += 2_000
  await until('it is tried again', async () => (await waiting())[0]?.attempts === 2)
  carry = async () => []
  offsetMs += 60_000
  await gone()
  assert.deepEqual(sorted(), [12, 13, 14, 15])
})

test('a carrier that hangs holds no row and no connection', async () => {
  const { promise: hung, resolve: release } = Promise.withResolvers<void>()
  let asked = false
  carry = async () => {
    asked = true
    await hung
    return []
  }
  relay({ awake: true })
  await say(1)
  await until('it is asked', () => asked)
  const open = await database.row<{ count: number }>`
    select count(*) from pg_stat_activity where state = 'idle in transaction' and datname = current_database()`
  assert.equal(open?.count, 0)
  const free = await database.rows`select id from rialto.outbox for update nowait`
  assert.equal(free.length, 1)
  release()
  await gone()
})

test('more than is kept in memory is found in the table', async () => {
  const { promise: hung, resolve: release } = Promise.withResolvers<void>()
  let first = true
  carry = async () => {
    if (first) {
      first = false
      await hung
    }
    return []
  }
  relay({ awake: true })
  for (let batch = 0; batch < 30; batch++)
    await say(...Array.from({ length: 100 }, (_, index) => batch * 100 + index))
  release()
  offsetMs += relayLeaseMs
  await gone()
  assert.deepEqual(
    [...new Set(sorted())],
    Array.from({ length: 3_000 }, (_, index) => index),
  )
})

test('a process that ends passes on what it has just said', async () => {
  const ending = relay({ awake: true })
  await say(1)
  await ending.stop()
  assert.deepEqual(published, [1])
  assert.deepEqual(await waiting(), [])
})
