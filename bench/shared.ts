import { openDatabase, type Queries } from '@rialto/kit/database'
import { startThrowawayPostgres } from '@rialto/kit/postgres'
import { machine, print, spread } from './report.ts'

// node launch.mjs bench/shared.ts: what callers gain who share a connection for their reads, and a commit for their
// changes, commits durable. The decision is docs/adr/0008-shared-connections-and-commits.md.

const rounds = 5
const seconds = 2
const callers = 32
const things = 1_000

const postgres = await startThrowawayPostgres()
const database = openDatabase({ url: postgres.adminUrl, planOnce: true })
await database.run`create table things (id text primary key, count bigint not null)`
await database.run`insert into things select n::text, 0 from generate_series(1, ${things}) as n`

const read = (queries: Queries, id: string) => queries.row`select count from things where id = ${id}`
const change = async (queries: Queries, id: string) => {
  await read(queries, id)
  await queries.run`update things set count = count + 1 where id = ${id}`
}
const ways = {
  'read, a connection each': (id: string) => read(database, id),
  'read, one connection': (id: string) => read(database.quick, id),
  'change, a commit each': (id: string) => database.transaction((tx) => change(tx, id)),
  'change, shared commits': (id: string) => database.sharedTransaction(id, (tx) => change(tx, id)),
}

const results = new Map(Object.keys(ways).map((way) => [way, [] as number[]]))
for (let round = 0; round <= rounds; round++) {
  for (const [way, work] of Object.entries(ways)) {
    const perSecond = await measure(work)
    // The first one warms up.
    if (round > 0) results.get(way)?.push(perSecond)
  }
}
print(`${machine}, embedded PostgreSQL; ${callers} callers, median of ${rounds} rounds (lowest–highest)`)
for (const [way, figures] of results) print(`${way}: ${spread(figures)} per second`)
await database.close()
await postgres.stop()

/** Each caller has things of its own, as carts and checkouts have. */
async function measure(work: (id: string) => Promise<unknown>): Promise<number> {
  let done = 0
  const end = performance.now() + seconds * 1_000
  const call = async (caller: number) => {
    for (let turn = 0; performance.now() < end; turn++, done++)
      await work(String(1 + ((caller + turn * callers) % things)))
  }
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
  return done / seconds
}
