import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Database, json, openDatabase } from '@rialto/kit/database'
import { startPostgres } from '@rialto/kit/postgres'
import { machine, median, print } from './report.ts'

// node launch.mjs bench/outbox.ts: three ways in which events may leave an outbox, commits durable. The decision is
// docs/adr/0007-leases-in-the-outbox.md. Writers commit events as fast as they can while a relay passes them on.

const writers = 16
const seconds = 4
const rounds = 5
const batchSize = 100
/** For the carrier to acknowledge a batch. */
const carrierMs = 2
const data = { text: 'x'.repeat(2_000) }

interface Row {
  readonly id: number
}

interface Way {
  readonly name: string
  /** Passes a batch on and tells how many there were. `fresh` are rows that were committed since. */
  readonly pass: (database: Database, fresh: Row[]) => Promise<number>
}

const carry = () => pause(carrierMs)

const ways: readonly Way[] = [
  {
    name: 'rows locked while the carrier is waited for',
    pass: (database) =>
      database.transaction(async (tx) => {
        const rows = await tx.rows<Row>`delete from outbox where id = any(array(
          select id from outbox order by id limit ${batchSize} for update skip locked)) returning id, data`
        if (rows.length > 0) await carry()
        return rows.length
      }),
  },
  {
    name: 'rows claimed by an update, then deleted',
    pass: async (database) => {
      const rows =
        await database.rows<Row>`update outbox set due_at = now() + interval '2 s' where id = any(array(
        select id from outbox where due_at <= now() order by due_at, id limit ${batchSize}
        for update skip locked)) returning id, data`
      if (rows.length === 0) return 0
      await carry()
      await remove(database, rows)
      return rows.length
    },
  },
  {
    name: 'rows leased as they are written, passed on from memory',
    pass: async (database, fresh) => {
      const rows = fresh.splice(0, batchSize)
      if (rows.length === 0) return 0
      await carry()
      await remove(database, rows)
      return rows.length
    },
  },
]

function remove(database: Database, rows: readonly Row[]): Promise<number> {
  return database.run`delete from outbox where id = any(${rows.map(({ id }) => id)})`
}

const dataDir = await mkdtemp(join(tmpdir(), 'rialto-bench-'))
const server = await startPostgres({ dataDir })
const database = openDatabase({ url: await server.ensureDatabase('outbox'), poolSize: writers + 2 })
await database.run`create table outbox (id bigint generated always as identity primary key, data jsonb not null,
  due_at timestamptz not null default now())`
await database.run`create index outbox_due on outbox (due_at, id)`

const samples = ways.map(() => [] as Sample[])
for (let round = 0; round < rounds; round++) {
  for (const [index, way] of ways.entries()) samples[index]?.push(await measure(way))
}
print(
  `${machine}; ${writers} writers, ${carrierMs} ms for the carrier, median of ${rounds} alternated rounds`,
)
print('| way | commits per second | passed on per second | from commit to gone, median ms |')
print('| --- | --- | --- | --- |')
for (const [index, { name }] of ways.entries()) {
  const of = (key: keyof Sample) => median((samples[index] ?? []).map((sample) => sample[key]))
  print(
    `| ${name} | ${of('commits').toFixed(0)} | ${of('passed').toFixed(0)} | ${of('delayMs').toFixed(1)} |`,
  )
}
await database.close()
await server.stop()
await rm(dataDir, { recursive: true, force: true })

interface Sample {
  readonly commits: number
  readonly passed: number
  readonly delayMs: number
}

async function measure({ pass, name }: Way): Promise<Sample> {
  await database.run`truncate outbox`
  const leaseSeconds = name.includes('memory') ? 2 : 0
  const fresh: Row[] = []
  const waiting: number[] = []
  const delays: number[] = []
  let commits = 0
  let passed = 0
  const until = performance.now() + seconds * 1_000
  const write = async () => {
    while (performance.now() < until) {
      const row = await database.transaction(
        (tx) => tx.row<Row>`
        insert into outbox (data, due_at) values (${json(data)}, now() + interval '1 second' * ${leaseSeconds})
        returning id`,
      )
      if (row) fresh.push(row)
      waiting.push(performance.now())
      commits++
    }
  }
  const relay = async () => {
    while (performance.now() < until) {
      const count = await pass(database, fresh)
      passed += count
      const gone = performance.now()
      for (const at of waiting.splice(0, count)) delays.push(gone - at)
      if (count === 0) await pause(1)
    }
  }
  await Promise.all([relay(), ...Array.from({ length: writers }, write)])
  return { commits: commits / seconds, passed: passed / seconds, delayMs: median(delays) }
}
