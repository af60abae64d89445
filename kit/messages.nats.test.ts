import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import type { Broker } from './broker.ts'
import { contract, event } from './contract.ts'
import { createBroker } from './create-broker.ts'
import { type Mounted, mount, stopAll } from './mount.ts'
import { connectNats } from './nats.ts'
import { startTestNats, startTestNatsCluster, type TestNats } from './nats-testing.ts'
import { emit } from './outbox.ts'
import { type TestDatabases, testDatabases } from './postgres.ts'
import { Type } from './schema.ts'
import { on, service } from './service.ts'
import { silent } from './telemetry.ts'
import { until } from './until.ts'

// Two services with real databases, on real servers that stop, crash and lose what they stored.

const counted = event('number.counted', 1, Type.Object({ number: Type.Integer() }))
const teller = contract('teller', { version: 1, summary: 'Says', events: [counted] }, {})
const hearer = contract('hearer', { version: 1, summary: 'Hears' }, {})

let directory: string
let databases: TestDatabases
let undo: (() => Promise<unknown>)[] = []

before(async () => {
  databases = await testDatabases()
  directory = await mkdtemp(join(tmpdir(), 'rialto-messages-'))
  const scripts = { teller: 'select 1;', hearer: 'create table heard (number integer not null);' }
  for (const [name, script] of Object.entries(scripts)) {
    await mkdir(join(directory, name, 'migrations'), { recursive: true })
    await writeFile(join(directory, name, 'migrations', '001-start.sql'), script)
  }
})
afterEach(async () => {
  for (const step of undo.reverse()) await step()
  undo = []
})
after(async () => {
  await databases?.stop()
  await rm(directory, { recursive: true, force: true })
})

/** A fleet of both services; every replica is a process of its own as far as the carrier can tell. */
interface Fleet {
  readonly tellers: readonly Mounted[]
  readonly hearers: readonly Mounted[]
  say(numbers: readonly number[], by?: number): Promise<void>
  /** In order; a number that took effect twice is there twice. */
  heard(): Promise<number[]>
  waiting(): Promise<number>
}

interface Plan {
  readonly servers: readonly TestNats[]
  readonly tellers?: number
  readonly hearers?: number
  readonly replicas?: number
  /** Stands between the tellers and the carrier. */
  readonly between?: (broker: Broker) => Broker
}

async function openFleet({
  servers,
  tellers = 1,
  hearers = 1,
  replicas,
  between = (it) => it,
}: Plan): Promise<Fleet> {
  const says = service(teller, { directory: join(directory, 'teller'), routes: {} })
  const hears = service(hearer, {
    directory: join(directory, 'hearer'),
    routes: {},
    hears: [
      on(counted, async ({ data }, { tx }) => {
        await tx.run`insert into heard (number) values (${data.number})`
      }),
    ],
  })
  const natsUrl = servers.map(({ url }) => url).join(',')
  const start = async (what: ReturnType<typeof service>, databaseUrl: string, count: number) => {
    const mounted: Mounted[] = []
    for (let replica = 0; replica < count; replica++) {
      const name = `${what.contract.name}-${replica}`
      const carrier = await createBroker({ natsUrl, name, log: silent, replicas })
      undo.push(() => carrier.close())
      const broker = what === says ? between(carrier) : carrier
      const common = { broker, find: () => undefined, log: silent, settings: {}, dataDir: directory }
      mounted.push(await mount(what, { ...common, databaseUrl, poolSize: 5 }))
    }
    undo.push(() => stopAll(mounted))
    for (const one of mounted) await one.begin()
    return mounted
  }
  const { teller: tellerUrl, hearer: hearerUrl } = {
    teller: await databases.ensureDatabase(`teller_${undo.length}_${Date.now()}`),
    hearer: await databases.ensureDatabase(`hearer_${undo.length}_${Date.now()}`),
  }
  const heard = await start(hears, hearerUrl, hearers)
  const told = await start(says, tellerUrl, tellers)
  const first = <One>(all: readonly One[], index = 0) => all[index] as One
  return {
    tellers: told,
    hearers: heard,
    say: (numbers, by) =>
      first(told, by).database.transaction(async (tx) => {
        for (const number of numbers) emit(tx, counted, { number }, { id: String(number), version: 1 })
      }),
    heard: async () => {
      const rows = await first(heard).database.rows<{
        number: number
      }>`select number from heard order by number`
      return rows.map(({ number }) => number)
    },
    waiting: async () =>
      (await first(told).database.row<{ count: number }>`select count(*) from rialto.outbox`)?.count ?? 0,
  }
}

async function openServer(): Promise<TestNats> {
  const server = await startTestNats()
  undo.push(() => server.close())
  return server
}

async function managing<Result>(url: string, work: (manager: JetStreamManager) => Promise<Result>) {
  const nats = await connectNats({ urls: url, name: 'test' })
  try {
    return await work(await jetstreamManager(nats))
  } finally {
    await nats.close()
  }
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

async function allHeard(fleet: Fleet, wanted: readonly number[]): Promise<void> {
  await until(`${wanted.length} are heard`, async () => new Set(await fleet.heard()).size >= wanted.length)
  await until('the outbox is empty', async () => (await fleet.waiting()) === 0)
  assert.deepEqual(await fleet.heard(), wanted)
}

test('what several replicas say is heard once by several replicas', async () => {
  const fleet = await openFleet({ servers: [await openServer()], tellers: 2, hearers: 3 })
  const turns = numbers(0, 39).map((turn) => fleet.say(numbers(turn * 25 + 1, turn * 25 + 25), turn % 2))
  await Promise.all(turns)
  await allHeard(fleet, numbers(1, 1_000))
})

test('while the broker is away changes go on, and their events follow when it is back', async () => {
  const server = await openServer()
  const fleet = await openFleet({ servers: [server], tellers: 2 })
  await fleet.say([1])
  await allHeard(fleet, [1])
  await server.stop('SIGKILL')
  await fleet.say(numbers(2, 150))
  await fleet.say(numbers(151, 300), 1)
  assert.equal(await fleet.waiting(), 299)
  await server.start()
  await allHeard(fleet, numbers(1, 300))
})

test('services start and work while the broker is not there yet', async () => {
  const server = await openServer()
  await server.stop()
  const fleet = await openFleet({ servers: [server] })
  await fleet.say(numbers(1, 10))
  assert.equal(await fleet.waiting(), 10)
  await server.start()
  await allHeard(fleet, numbers(1, 10))
})

test('a broker that lost everything it stored gets its streams anew, and nothing unacknowledged is lost', async () => {
  const server = await openServer()
  const fleet = await openFleet({ servers: [server] })
  await fleet.say(numbers(1, 20))
  await allHeard(fleet, numbers(1, 20))
  await server.stop('SIGKILL')
  await server.loseStore()
  await fleet.say(numbers(21, 40))
  await server.start()
  await allHeard(fleet, numbers(1, 40))
})

test('a stream that somebody deletes is made anew while the shop runs', async () => {
  const server = await openServer()
  const fleet = await openFleet({ servers: [server] })
  await fleet.say(numbers(1, 20))
  await allHeard(fleet, numbers(1, 20))
  await managing(server.url, ({ streams }) => streams.delete('rialto-number'))
  await fleet.say(numbers(21, 40))
  await allHeard(fleet, numbers(1, 40))
})

test('a process that dies between the acknowledgement and its own note makes nothing happen twice', async () => {
  let deaths = 3
  const between = (broker: Broker): Broker => ({
    ...broker,
    publish: async (messages) => {
      const refusals = await broker.publish(messages)
      if (refusals.length < messages.length && deaths-- > 0) throw new Error('died')
      return refusals
    },
  })
  const fleet = await openFleet({ servers: [await openServer()], between })
  await fleet.say(numbers(1, 50))
  await allHeard(fleet, numbers(1, 50))
  assert.ok(deaths < 0)
})

test('a hearer whose database is away gets its messages when it is back', async () => {
  const fleet = await openFleet({ servers: [await openServer()], hearers: 2 })
  const [{ database }] = fleet.hearers as [Mounted]
  await database.run`alter table rialto.inbox rename to inbox_away`
  await fleet.say(numbers(1, 50))
  await until('the carrier has them', async () => (await fleet.waiting()) === 0)
  await database.run`alter table rialto.inbox_away rename to inbox`
  await allHeard(fleet, numbers(1, 50))
})

test('a cluster loses the server that leads, and nobody notices', async () => {
  const servers = await startTestNatsCluster()
  undo.push(() => Promise.all(servers.map((server) => server.close())))
  const fleet = await openFleet({ servers, replicas: 3, tellers: 2, hearers: 2 })
  await fleet.say([1])
  await allHeard(fleet, [1])
  const info = await managing(servers[0]?.url ?? '', ({ streams }) => streams.info('rialto-number'))
  assert.equal(info.config.num_replicas, 3)
  const leader = servers[Number(info.cluster?.leader?.replace('node-', ''))]
  assert.ok(leader)
  for (const turn of numbers(0, 19)) {
    if (turn === 5) await leader.stop('SIGKILL')
    await fleet.say(numbers(turn * 10 + 2, turn * 10 + 11), turn % 2)
  }
  await allHeard(fleet, numbers(1, 201))
  await leader.start()
  await fleet.say([202])
  await allHeard(fleet, numbers(1, 202))
})
