import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Database, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { testDatabases } from './postgres.ts'
import { is, unavailable } from './problem.ts'

let databases: Awaited<ReturnType<typeof testDatabases>>
let database: Database

before(async () => {
  databases = await testDatabases()
  database = openDatabase({ url: await databases.ensureDatabase('migrate') })
})
after(async () => {
  await database.close()
  await databases.stop()
})

/** The database, which is away for the first attempts. */
function restarting(attempts: number): Database {
  let left = attempts
  return {
    ...database,
    transaction: (work) =>
      left-- > 0 ? Promise.reject(unavailable('It restarts.', {})) : database.transaction(work),
  }
}

test('who starts while the database restarts waits for it', async () => {
  await migrate(restarting(3), 'a service without tables')
  const done = await database.rows`select name from rialto.migrations`
  assert.ok(done.length > 0)
})

test('a database that stays away is told, and not waited for without end', async () => {
  const starting = migrate(restarting(Number.POSITIVE_INFINITY), 'none', { awayLimitMs: 0 })
  await assert.rejects(starting, (error) => is(error, unavailable))
})

test('what is wrong with the database itself is told at once', async () => {
  const broken: Database = { ...database, transaction: () => Promise.reject(new Error('no rights')) }
  await assert.rejects(migrate(broken, 'none'), /no rights/)
})
