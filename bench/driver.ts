// Compares the PostgreSQL drivers on the hot statements; the decision is docs/adr/0001-postgres-driver.md.
//
//   DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres node bench/driver.ts
//   DATABASE_SOCKET=/run/postgresql   measures the Unix socket as well
//   node bench/driver.ts outage pg    keeps a load up and reports every second; restart the server meanwhile
//
// It replaces the tables driver_item and driver_movement; an outage leaves them. Drivers take turns within
// each round, so other load falls on all of them alike; CPU seconds are of this Node process alone.

import { cpus } from 'node:os'
import pg from 'pg'
import postgres, { type Sql } from 'postgres'

type Operation = (n: number) => Promise<unknown>
type Work = 'select' | 'list' | 'insert' | 'reserve' | 'recordset' | 'unnest'
type Driver = { name: string; work: Partial<Record<Work, Operation>>; end(): Promise<void> }
type Server = { host: string; port: number; user: string; password: string; database: string }
type Sample = { perSecond: number; cpuSeconds: number }

const poolSize = 16
const loops = 32
const rounds = Number(process.env.ROUNDS ?? 5)
const cellMs = Number(process.env.CELL_MS ?? 1000)
const itemCount = 10_000
const kinds: Work[] = ['select', 'list', 'insert', 'reserve', 'recordset', 'unnest']

const sql = {
  select: 'select * from driver_item where sku = $1',
  list: 'select * from driver_item where brand = $1 order by sku limit 20',
  insert: 'insert into driver_movement (sku, quantity, detail) values ($1, $2, $3)',
  lock: 'select stock from driver_item where sku = $1 for update',
  take: 'update driver_item set stock = stock - $2 where sku = $1',
  recordset: `insert into driver_movement (sku, quantity, detail)
    select sku, quantity, detail from jsonb_to_recordset($1) as r(sku text, quantity int, detail jsonb)`,
  unnest: `insert into driver_movement (sku, quantity, detail)
    select * from unnest($1::text[], $2::int[], $3::jsonb[])`,
}

const detail = { reason: 'sale', order: 'ord_01JC', warehouse: 'berlin', lot: { id: 7, best: '2027-01' } }
const batch = Array.from({ length: 500 }, (_, n) => ({ sku: skuOf(n), quantity: 1, detail }))

const url = process.env.DATABASE_URL
if (!url) throw new Error('DATABASE_URL names the database to measure on')
if (process.argv[2] === 'outage') await outage(serverOf(url))
else await compare(serverOf(url), process.env.DATABASE_SOCKET)

async function compare(tcp: Server, socket: string | undefined) {
  const setup = new pg.Client(tcp)
  await setup.connect()
  const { rows } = await setup.query(`select current_setting('server_version') as version,
    current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`)
  console.log(`${cpus()[0]?.model} × ${cpus().length}, Node ${process.version}, PostgreSQL`, rows[0])
  console.log(`pool ${poolSize}, ${loops} loops, ${rounds} rounds of ${cellMs} ms after one to warm up`)
  for (const server of socket ? [{ ...tcp, host: socket }, tcp] : [tcp]) {
    await createTables(setup)
    const drivers = [pgDriver(server), postgresDriver(server), pgPipelined(server), postgresPipelined(server)]
    const samples = await measureRounds(drivers)
    report(server.host, samples)
    await Promise.all(drivers.map((driver) => driver.end()))
  }
  await setup.query('drop table driver_item, driver_movement')
  await setup.end()
}

async function measureRounds(drivers: Driver[]): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>()
  for (let round = 0; round <= rounds; round++) {
    // Every second round runs the drivers backwards, so none is always first after a checkpoint.
    const order = round % 2 ? drivers : drivers.toReversed()
    for (const kind of kinds) {
      for (const driver of order) {
        const operation = driver.work[kind]
        if (!operation) continue
        const sample = await measure(operation)
        const key = `${kind.padEnd(10)}${driver.name}`
        if (round > 0) samples.set(key, [...(samples.get(key) ?? []), sample])
      }
    }
  }
  return samples
}

async function measure(operation: Operation): Promise<Sample> {
  let done = 0
  const before = process.cpuUsage()
  const start = performance.now()
  await Promise.all(
    Array.from({ length: loops }, async () => {
      while (performance.now() - start < cellMs) await operation(done++)
    }),
  )
  const elapsedMs = performance.now() - start
  const used = process.cpuUsage(before)
  return { perSecond: (done * 1000) / elapsedMs, cpuSeconds: (used.user + used.system) / 1000 / done }
}

function report(host: string, samples: Map<string, Sample[]>) {
  console.log(`\n${host.padEnd(42)}ops/s median (min–max)     CPU s per 1,000 ops median (min–max)`)
  for (const kind of kinds) {
    const rows = [...samples].filter(([key]) => key.startsWith(kind)).toSorted()
    for (const [key, all] of rows) {
      const speed = spread(all.map((sample) => sample.perSecond))
      const cost = spread(all.map((sample) => sample.cpuSeconds))
      const [cheap, middle, dear] = cost.map((value) => value.toPrecision(3))
      const [slow, usual, fast] = speed.map(Math.round)
      console.log(`${key.padEnd(42)}${`${usual} (${slow}–${fast})`.padEnd(27)}${middle} (${cheap}–${dear})`)
    }
  }
}

function spread(values: number[]): [number, number, number] {
  const sorted = values.toSorted((a, b) => a - b)
  return [sorted[0] ?? 0, sorted[sorted.length >> 1] ?? 0, sorted.at(-1) ?? 0]
}

function pgDriver(server: Server): Driver {
  const pool = poolOf(server, false)
  const run = (name: Exclude<keyof typeof sql, 'lock'>, values: unknown[]) =>
    pool.query({ name, text: sql[name], values })
  const work: Driver['work'] = {
    select: (n) => run('select', [skuOf(n)]),
    list: (n) => run('list', [brandOf(n)]),
    insert: (n) => run('insert', [skuOf(n), 1, detail]),
    recordset: () => run('recordset', [JSON.stringify(batch)]),
    unnest: () => run('unnest', columnsOf(batch)),
    reserve: (n) =>
      withClient(pool, async (client) => {
        await client.query('begin')
        await client.query({ name: 'lock', text: sql.lock, values: [skuOf(n)] })
        await client.query({ name: 'take', text: sql.take, values: [skuOf(n), 1] })
        await client.query('commit')
      }),
  }
  return { name: 'pg', work, end: () => pool.end() }
}

function pgPipelined(server: Server): Driver {
  const pool = poolOf(server, true)
  const reserve: Operation = (n) =>
    withClient(pool, async (client) => {
      await Promise.all([
        client.query('begin'),
        client.query({ name: 'lock', text: sql.lock, values: [skuOf(n)] }),
      ])
      await Promise.all([
        client.query({ name: 'take', text: sql.take, values: [skuOf(n), 1] }),
        client.query('commit'),
      ])
    })
  const select: Operation = (n) => pool.query({ name: 'select', text: sql.select, values: [skuOf(n)] })
  return { name: 'pg, pipeline: true', work: { reserve, select }, end: () => pool.end() }
}

function poolOf(server: Server, pipeline: boolean): pg.Pool {
  const pool = new pg.Pool({ ...server, max: poolSize, pipeline })
  pool.on('error', () => {})
  // The pool listens to idle clients only: one lost in a transaction, between two statements, would end Node.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

async function withClient(pool: pg.Pool, body: (client: pg.PoolClient) => Promise<void>) {
  const client = await pool.connect()
  let failure: Error | undefined
  try {
    await body(client)
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    client.release(failure)
  }
}

function connectPostgres(server: Server): Sql {
  return postgres({ ...server, max: poolSize, onnotice: () => {}, backoff: () => 0.2 })
}

function postgresDriver(server: Server): Driver {
  const db = connectPostgres(server)
  const run = (text: string, values: Parameters<Sql['unsafe']>[1]) =>
    db.unsafe(text, values, { prepare: true })
  const work: Driver['work'] = {
    select: (n) => run(sql.select, [skuOf(n)]),
    list: (n) => run(sql.list, [brandOf(n)]),
    insert: (n) => run(sql.insert, [skuOf(n), 1, detail]),
    recordset: () => run(sql.recordset, [db.json(batch)]),
    // Given text for a jsonb parameter, this driver encodes it a second time: it must get the objects.
    unnest: () => run(sql.unnest, [...columnsOf(batch).slice(0, 2), batch.map((row) => row.detail)]),
    reserve: (n) =>
      db.begin(async (tx) => {
        await tx.unsafe(sql.lock, [skuOf(n)], { prepare: true })
        await tx.unsafe(sql.take, [skuOf(n), 1], { prepare: true })
      }),
  }
  return { name: 'postgres', work, end: () => db.end({ timeout: 5 }) }
}

/** `begin` waits for its own answer, so the same pairs as with pg go through a reserved connection. */
function postgresPipelined(server: Server): Driver {
  const db = connectPostgres(server)
  const reserve: Operation = async (n) => {
    const tx = await db.reserve()
    try {
      await Promise.all([tx.unsafe('begin'), tx.unsafe(sql.lock, [skuOf(n)], { prepare: true })])
      await Promise.all([tx.unsafe(sql.take, [skuOf(n), 1], { prepare: true }), tx.unsafe('commit')])
    } finally {
      tx.release()
    }
  }
  return { name: 'postgres, pipelined', work: { reserve }, end: () => db.end({ timeout: 5 }) }
}

/** Selects and reservations through each driver for 12 s: what fails, what recovers, what never answers. */
async function outage(server: Server) {
  const setup = new pg.Client(server)
  await setup.connect()
  await createTables(setup)
  await setup.end()
  const all = [pgDriver(server), postgresDriver(server), pgPipelined(server), postgresPipelined(server)]
  const drivers = all.filter(({ name }) => name === (process.argv[3] ?? name))
  await Promise.all(drivers.map((driver) => loadThroughOutage(driver, performance.now() + 12_000)))
  process.exit(0)
}

async function loadThroughOutage(driver: Driver, end: number) {
  let second = { ok: 0, failed: new Map<string, number>() }
  const pending = new Map<number, number>()
  let operations = 0
  const attempt = async (operation: Operation) => {
    const id = operations++
    pending.set(id, performance.now())
    try {
      await operation(id)
      second.ok++
    } catch (error) {
      const code = error instanceof Error ? String(Reflect.get(error, 'code') ?? error.message) : 'unknown'
      second.failed.set(code, (second.failed.get(code) ?? 0) + 1)
      await new Promise((resolve) => setTimeout(resolve, 50))
    } finally {
      pending.delete(id)
    }
  }
  const loop = async (operation: Operation) => {
    while (performance.now() < end) await attempt(operation)
  }
  const work = [driver.work.select, driver.work.reserve].filter((operation) => operation !== undefined)
  for (let n = 0; n < loops; n++) void loop(work[n % work.length] ?? work[0] ?? (async () => {}))
  while (performance.now() < end + 5_000) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const oldest = Math.round(performance.now() - Math.min(performance.now(), ...pending.values()))
    const failed = JSON.stringify(Object.fromEntries(second.failed))
    console.log(driver.name.padEnd(20), `ok ${second.ok}`, failed, `pending ${pending.size}`, `${oldest} ms`)
    second = { ok: 0, failed: new Map() }
  }
}

async function createTables(client: pg.Client) {
  await client.query(`
    drop table if exists driver_item, driver_movement;
    create table driver_item (
      sku text primary key, name text not null, brand text not null, price_cents int not null,
      currency text not null, weight_grams int not null, stock int not null, active boolean not null,
      created_at timestamptz not null default now(), attributes jsonb not null);
    create table driver_movement (
      id bigint generated always as identity primary key, sku text not null, quantity int not null,
      detail jsonb not null, at timestamptz not null default now());
    insert into driver_item (sku, name, brand, price_cents, currency, weight_grams, stock, active, attributes)
      select 'sku-' || n, 'Linen shirt ' || n, 'brand-' || n % 200, 1000 + n, 'EUR', 250, 1000000000, true,
        jsonb_build_object('colour', 'sand', 'size', 'M', 'care', jsonb_build_array('30', 'no dryer'), 'n', n)
      from generate_series(0, ${itemCount - 1}) as n;
    create index on driver_item (brand, sku);
    analyze driver_item`)
}

function columnsOf(rows: typeof batch): [string[], number[], string[]] {
  const details = rows.map((row) => JSON.stringify(row.detail))
  return [rows.map((row) => row.sku), rows.map((row) => row.quantity), details]
}

function skuOf(n: number): string {
  return `sku-${(n * 7919) % itemCount}`
}

function brandOf(n: number): string {
  return `brand-${n % 200}`
}

function serverOf(address: string): Server {
  const { hostname, port, username, password, pathname } = new URL(address)
  return {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
  }
}
