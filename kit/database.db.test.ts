import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { type Database, isUniqueViolation, openDatabase, ownedBy, type Queries, sql } from './database.ts'
import { type TestDatabases, testDatabases } from './postgres.ts'
import { invalidInput, is, unavailable } from './problem.ts'

let databases: TestDatabases
let database: Database

before(async () => {
  databases = await testDatabases()
  database = openDatabase({ url: await databases.ensureDatabase('kit') })
  await database.run`create table things (thing_id text primary key, owner_id text, big_number bigint, made_at timestamptz, day date)`
})
after(async () => {
  await database.close()
  await databases.stop()
})

test('rows come back in the words and types of the code', async () => {
  await database.run`insert into things values ('a', 'x', 9007199254740991, '2026-03-01T10:00:00+02', '2026-03-01')`
  assert.deepEqual(await database.row`select * from things where thing_id = ${'a'}`, {
    thingId: 'a',
    ownerId: 'x',
    bigNumber: 9007199254740991,
    madeAt: '2026-03-01T08:00:00.000Z',
    day: '2026-03-01',
  })
})

test('parts of statements compose and number their parameters', async () => {
  const mine = ownedBy(['x'])
  const rows =
    await database.rows`select thing_id from things where ${mine} and thing_id = ${'a'} ${sql`limit ${1}`}`
  assert.equal(rows.length, 1)
  assert.equal((await database.rows`select 1 from things where ${ownedBy(['y'])}`).length, 0)
  assert.equal((await database.rows`select 1 from things where ${ownedBy('everyone')}`).length, 1)
})

test('a transaction that throws changes nothing', async () => {
  const failing = database.transaction(async (tx) => {
    await tx.run`insert into things (thing_id) values ('gone')`
    throw new Error('no')
  })
  await assert.rejects(failing, /^Error: no$/)
  assert.equal(await database.row`select 1 from things where thing_id = 'gone'`, undefined)
})

test('a transaction whose failure was swallowed does not pretend to have committed', async () => {
  const swallowing = database.transaction(async (tx) => {
    await tx.run`insert into things (thing_id) values ('a')`.catch(() => {})
  })
  await assert.rejects(swallowing, /nothing was committed/)
})

test('what is written with the commit is committed with it, or neither is', async () => {
  const adding = (id: string, last: string) =>
    database.transaction(async (tx) => {
      tx.withCommit(() => tx.run`insert into things (thing_id) values (${last})`)
      tx.beforeCommit(() => tx.run`insert into things (thing_id) values (${`${id} before`})`)
      await tx.run`insert into things (thing_id) values (${id})`
    })
  await adding('first', 'first last')
  await assert.rejects(adding('second', 'first last'), (error) => isUniqueViolation(error))
  const rows = await database.rows<{ thingId: string }>`
    select thing_id from things where thing_id like 'first%' or thing_id like 'second%' order by thing_id`
  assert.deepEqual(
    rows.map(({ thingId }) => thingId),
    ['first', 'first before', 'first last'],
  )
})

test('statements are planned once where that is asked for', async () => {
  const planning = openDatabase({ url: database.url, poolSize: 1, planOnce: true })
  const find = (id: string) => planning.row`select big_number from things where thing_id = ${id}`
  for (const id of ['a', 'b', 'c']) await find(id)
  const plans = await planning.row`
    select generic_plans, custom_plans from pg_prepared_statements where statement like 'select big_number%'`
  await planning.close()
  assert.deepEqual(plans, { genericPlans: 3, customPlans: 0 })
})

test('a duplicate is told from other failures', async () => {
  const duplicate = database.run`insert into things (thing_id) values ('a')`
  await assert.rejects(
    duplicate,
    (error) => isUniqueViolation(error, 'things_pkey') && !isUniqueViolation(error, 'other'),
  )
})

test('text that cannot be stored is the fault of the request', async () => {
  await assert.rejects(database.row`select ${'a\u0000b'}::text`, (error) => is(error, invalidInput))
})

test('a connection that is lost in a transaction is a plain answer, and the next one works', async () => {
  const cut = database.transaction(async (tx) => {
    const { pid } = (await tx.row<{ pid: number }>`select pg_backend_pid() as pid`) ?? { pid: 0 }
    await database.run`select pg_terminate_backend(${pid})`
    await tx.run`select 1`
  })
  await assert.rejects(cut, (error) => is(error, unavailable))
  assert.equal(await database.run`select 1`, 1)
})

test('a loss that the driver has noticed before the next statement is the same plain answer', async () => {
  const alone = openDatabase({ url: database.url, poolSize: 1 })
  const connected = once(alone.pool, 'connect')
  const cut = alone.transaction(async (tx) => {
    const { pid } = (await tx.row<{ pid: number }>`select pg_backend_pid() as pid`) ?? { pid: 0 }
    const [client] = await connected
    // Not by `once` of node:events, which throws at the error that comes before the end.
    const noticed = new Promise((resolve) => client.once('end', resolve))
    await database.run`select pg_terminate_backend(${pid})`
    await noticed
    await tx.run`select 1`
  })
  await assert.rejects(cut, (error) => is(error, unavailable))
  assert.equal(await alone.run`select 1`, 1)
  await alone.close()
})

const pidOf = async (queries: Pick<Database, 'row'>) =>
  (await queries.row<{ pid: number }>`select pg_backend_pid() as pid`)?.pid ?? 0

test('quick statements of many callers share one connection, and one that fails is alone with it', async () => {
  const [first, failed, second] = await Promise.allSettled([
    pidOf(database.quick),
    database.quick.run`select 1 / ${0}::integer`,
    pidOf(database.quick),
  ])
  assert.equal(failed.status, 'rejected')
  assert.ok(first.status === 'fulfilled' && second.status === 'fulfilled' && first.value === second.value)
})

test('a quick connection that is lost is a plain answer, and the next statement gets a new one', async () => {
  const lost = await pidOf(database.quick)
  const refused = assert.rejects(database.quick.run`select pg_sleep(60)`, (error) => is(error, unavailable))
  await database.run`select pg_terminate_backend(${lost})`
  await refused
  assert.notEqual(await pidOf(database.quick), lost)
})

test('a database of few connections keeps none for quick statements', async () => {
  const small = openDatabase({ url: database.url, poolSize: 1 })
  await pidOf(small.quick)
  assert.equal(await small.transaction((tx) => tx.run`select 1`), 1)
  await small.close()
})

const add = (id: string) => (tx: Queries) =>
  tx.row<{ transaction: string }>`
    insert into things (thing_id) values (${id}) returning pg_current_xact_id()::text as transaction`

test('work that comes at the same time shares a transaction, unless it belongs to the same key', async () => {
  const made = await Promise.all([
    database.sharedTransaction('a', add('shared 1')),
    database.sharedTransaction('b', add('shared 2')),
    database.sharedTransaction('b', add('shared 3')),
  ])
  const [first, second, third] = made.map((row) => row?.transaction)
  assert.equal(first, second)
  assert.notEqual(second, third)
})

test('work that fails in a shared transaction fails alone', async () => {
  const added = await Promise.allSettled(
    ['first of three', 'a', 'last of three'].map((id) => database.sharedTransaction(id, add(id))),
  )
  assert.deepEqual(
    added.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  const refused = Promise.allSettled([
    database.sharedTransaction('x', add('kept 1')),
    database.sharedTransaction('y', async (tx) => {
      await add('not kept')(tx)
      throw new Error('no')
    }),
    database.sharedTransaction('z', add('kept 2')),
  ])
  assert.deepEqual(
    (await refused).map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  const kept = await database.rows`select 1 from things where thing_id in ('kept 1', 'kept 2', 'not kept')`
  assert.equal(kept.length, 2)
})

test('who hangs in the middle of a transaction does not keep its rows from others', async () => {
  const hanging = openDatabase({ url: database.url, poolSize: 1, idleTimeoutMs: 100 })
  const locked = Promise.withResolvers<void>()
  const thawed = Promise.withResolvers<void>()
  const hung = assert.rejects(
    hanging.transaction(async (tx) => {
      await tx.run`update things set owner_id = 'hung' where thing_id = 'a'`
      locked.resolve()
      await thawed.promise
      await tx.run`select 1`
    }),
    (error) => is(error, unavailable),
  )
  await locked.promise
  await database.run`update things set owner_id = 'other' where thing_id = 'a'`
  thawed.resolve()
  await hung
  assert.deepEqual(await database.row`select owner_id from things where thing_id = 'a'`, { ownerId: 'other' })
  await hanging.close()
})
