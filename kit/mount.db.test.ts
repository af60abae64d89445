import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createLocalBroker } from './broker.ts'
import { contract, event } from './contract.ts'
import { type Database, type DatabaseOptions, openDatabase } from './database.ts'
import { type Mounted, mount, stopAll } from './mount.ts'
import { emit } from './outbox.ts'
import { testDatabases } from './postgres.ts'
import { unavailable } from './problem.ts'
import { Type } from './schema.ts'
import { on, service } from './service.ts'
import { silent } from './telemetry.ts'
import { messageOf } from './testing.ts'

const counted = event('number.counted', 1, Type.Object({ number: Type.Integer() }))

const teller = contract('teller', { version: 1, summary: 'Says', events: [counted] }, {})
const hearer = contract('hearer', { version: 1, summary: 'Hears' }, {})

const heardTable = 'create table heard (number integer not null);'
let directory: string
let databases: Awaited<ReturnType<typeof testDatabases>>

before(async () => {
  databases = await testDatabases()
  directory = await mkdtemp(join(tmpdir(), 'rialto-mount-'))
  for (const [name, script] of Object.entries({ teller: 'select 1;', hearer: heardTable })) {
    await mkdir(join(directory, name, 'migrations'), { recursive: true })
    await writeFile(join(directory, name, 'migrations', '001-start.sql'), script)
  }
})
after(async () => {
  await databases.stop()
  await rm(directory, { recursive: true, force: true })
})

type Pair = readonly [teller: Mounted, hearer: Mounted]

/** A process with both services, the one that says first. `hold` works before they begin. */
async function start(hold: (teller: Mounted) => Promise<void> = async () => {}): Promise<Pair> {
  const broker = createLocalBroker()
  const common = { broker, find: () => undefined, log: silent, settings: {} }
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
  const first = await mount(says, { ...common, databaseUrl: await databases.ensureDatabase('teller') })
  await hold(first)
  const second = await mount(hears, { ...common, databaseUrl: await databases.ensureDatabase('hearer') })
  for (const mounted of [first, second]) await mounted.begin()
  return [first, second]
}

test('a service that starts while its database restarts waits for it', async () => {
  let refusals = 2
  const open = (options: DatabaseOptions): Database => {
    const database = openDatabase(options)
    const transaction: Database['transaction'] = (work) =>
      refusals-- > 0 ? Promise.reject(unavailable('It restarts.', {})) : database.transaction(work)
    return { ...database, transaction }
  }
  const says = service(teller, { directory: join(directory, 'teller'), routes: {} })
  const common = { broker: createLocalBroker(), find: () => undefined, log: silent, settings: {} }
  const mounted = await mount(says, {
    ...common,
    open,
    databaseUrl: await databases.ensureDatabase('teller'),
  })
  await mounted.begin()
  await stopAll([mounted])
  assert.ok(refusals < 0)
})

test('replicas that start together prepare one after the other', async () => {
  const url = await databases.ensureDatabase('replicas')
  const replica = service(hearer, {
    directory: join(directory, 'hearer'),
    routes: {},
    prepare: async ({ database }) => {
      const before = await database.row<{ count: number }>`select count(*) from heard where number = -1`
      if (before?.count === 0) await database.run`insert into heard (number) values (-1)`
    },
  })
  const common = {
    databaseUrl: url,
    broker: createLocalBroker(),
    find: () => undefined,
    log: silent,
    settings: {},
  }
  const replicas = await Promise.all(
    Array.from({ length: 6 }, () => mount(replica, { ...common, poolSize: 3 })),
  )
  await Promise.all(replicas.map(({ begin }) => begin()))
  const [first] = replicas as [Mounted]
  const made = await first.database.row<{ count: number }>`select count(*) from heard where number = -1`
  assert.equal(made?.count, 1)
  await stopAll(replicas)
})

async function say({ database }: Mounted, numbers: readonly number[]): Promise<void> {
  await database.transaction(async (tx) => {
    for (const number of numbers) emit(tx, counted, { number }, { id: String(number), version: 1 })
  })
}

async function heard([first, second]: Pair): Promise<number[]> {
  first.relay.kick()
  await first.relay.idle()
  const rows = await second.database.rows<{ number: number }>`select number from heard order by number`
  return rows.map(({ number }) => number)
}

test('what was said before the hearers of a process are there waits for them', async () => {
  const mounted = await start(async (first) => {
    await say(first, [1, 2])
    first.relay.kick()
    await first.relay.idle()
  })
  assert.deepEqual(await heard(mounted), [1, 2])
  await stopAll(mounted)
})

test('services that end together in the middle of many events lose none of them', async () => {
  const many = Array.from({ length: 1_000 }, (_, index) => index + 1)
  const ending = await start()
  await ending[1].database.run`delete from heard`
  await say(ending[0], many)
  await stopAll(ending)
  const again = await start()
  assert.deepEqual(await heard(again), many)
  await stopAll(again)
})

test('what a service does not care about is not even recorded, and it has no more connections than it needs', async () => {
  const hears = service(hearer, {
    directory: join(directory, 'hearer'),
    connections: 3,
    routes: {},
    hears: [
      on(counted, async ({ data }, { tx }) => {
        await tx.run`insert into heard (number) values (${data.number})`
      }),
    ],
    heeds: async (messages) => messages.filter(({ aggregateId }) => aggregateId !== 'dull'),
  })
  const mounted = await mount(hears, {
    broker: createLocalBroker(),
    find: () => undefined,
    log: silent,
    settings: {},
    poolSize: 10,
    databaseUrl: await databases.ensureDatabase('hearer'),
  })
  const about = ['dull', 'odd'].map((aggregateId) => messageOf(counted, { number: -77 }, { aggregateId }))
  await mounted.inbox.deliver(about)
  const heard = await mounted.database.rows<{ aggregateId: string }>`
    select aggregate_id from rialto.inbox where id = any(${about.map(({ id }) => id)})`
  assert.deepEqual(heard, [{ aggregateId: 'odd' }])
  const effects = await mounted.database.rows`select number from heard where number = -77`
  assert.deepEqual([effects.length, mounted.database.pool.options.max], [1, 3])
  await mounted.stop()
})
