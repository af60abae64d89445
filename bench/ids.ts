import { randomUUID } from 'node:crypto'
import { openDatabase, type Sql, sql } from '@rialto/kit/database'
import { newId } from '@rialto/kit/id'
import { startThrowawayPostgres } from '@rialto/kit/postgres'

// node launch.mjs bench/ids.ts: what an identifier costs, as text with a prefix and as uuid, in order and at random.

const rows = 200_000
const lookups = 20_000
const rounds = 3

const text = sql`text`
const kinds: readonly (readonly [string, Sql, () => string])[] = [
  ['TypeID as text collate "C"', text, () => newId('ord')],
  ['UUIDv7 as uuid', sql`uuid`, uuidv7],
  ['UUIDv4 as uuid', sql`uuid`, randomUUID],
]

const server = await startThrowawayPostgres()
const database = openDatabase({ url: await server.ensureDatabase('ids'), poolSize: 1 })
process.stdout.write(`Node ${process.version}, ${rows} rows, ${lookups} lookups, median of ${rounds}\n`)
process.stdout.write('| kind | make µs | insert ms | lookup ms | index MiB |\n')
for (const [name, type, make] of kinds) {
  const measured: Awaited<ReturnType<typeof measure>>[] = []
  for (let round = 0; round < rounds; round++) measured.push(await measure(type, make))
  const median = (pick: (one: (typeof measured)[number]) => number) =>
    measured
      .map(pick)
      .sort((a, b) => a - b)[1]
      ?.toFixed(1)
  const cells = [
    median((m) => m.makeUs),
    median((m) => m.insertMs),
    median((m) => m.lookupMs),
    median((m) => m.indexMiB),
  ]
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`)
}
await database.close()
await server.stop()

async function measure(type: Sql, make: () => string) {
  await database.run`drop table if exists things`
  await database.run`create table things (id ${type} ${type === text ? sql`collate "C"` : sql``} primary key)`
  const [ids, makeMs] = timed(() => Array.from({ length: rows }, make))
  let began = performance.now()
  for (let from = 0; from < rows; from += 1_000) {
    await database.run`insert into things select cast(id as ${type}) from unnest(${ids.slice(from, from + 1_000)}::text[]) as id`
  }
  const insertMs = performance.now() - began
  began = performance.now()
  for (let index = 0; index < lookups; index++)
    await database.row`select id from things where id = cast(${ids[(index * 7919) % rows]} as ${type})`
  const lookupMs = performance.now() - began
  const size = await database.row<{ bytes: number }>`select pg_relation_size('things_pkey') as bytes`
  return { makeUs: (makeMs * 1000) / rows, insertMs, lookupMs, indexMiB: (size?.bytes ?? 0) / 2 ** 20 }
}

function timed<Result>(work: () => Result): [Result, number] {
  const began = performance.now()
  const result = work()
  return [result, performance.now() - began]
}

/** Time first, then randomness, as in RFC 9562. */
function uuidv7(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  const random = randomUUID()
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`
}
