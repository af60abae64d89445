import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '@rialto/kit/database'
import { startPostgres } from '@rialto/kit/postgres'
import { machine, print, spread } from './report.ts'

// node launch.mjs bench/notify.ts: what NOTIFY in every emitting transaction costs, commits durable.

const writers = 16
const seconds = 3
const rounds = 5

const dataDir = await mkdtemp(join(tmpdir(), 'rialto-bench-'))
const server = await startPostgres({ dataDir })
const database = openDatabase({ url: await server.ensureDatabase('notify'), poolSize: writers })
await database.run`create table outbox (id bigint generated always as identity primary key, data text)`
const plain: number[] = []
const notifying: number[] = []
for (let round = 0; round < rounds; round++) {
  plain.push(await commits(database, false))
  notifying.push(await commits(database, true))
}
print(`${machine}; ${writers} writers, median of ${rounds} alternated rounds (lowest–highest)`)
print(`| commits per second | ${spread(plain)} |`)
print(`| the same with NOTIFY | ${spread(notifying)} |`)
await database.close()
await server.stop()
await rm(dataDir, { recursive: true, force: true })

async function commits(queries: Database, notify: boolean): Promise<number> {
  const until = performance.now() + seconds * 1000
  let done = 0
  const write = async () => {
    while (performance.now() < until) {
      await queries.transaction(async (tx) => {
        await tx.run`insert into outbox (data) values ('x')`
        if (notify) await tx.run`select pg_notify('outbox', '')`
        else await tx.run`select 1`
      })
      done++
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  return done / seconds
}
