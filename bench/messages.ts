import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Broker } from '@rialto/kit/broker'
import { contract, event } from '@rialto/kit/contract'
import { createBroker } from '@rialto/kit/create-broker'
import type { Database } from '@rialto/kit/database'
import { mount, stopAll } from '@rialto/kit/mount'
import { startTestNats } from '@rialto/kit/nats-testing'
import { emit } from '@rialto/kit/outbox'
import { startPostgres } from '@rialto/kit/postgres'
import { startRelay } from '@rialto/kit/relay'
import { Type } from '@rialto/kit/schema'
import { on, service } from '@rialto/kit/service'
import { silent } from '@rialto/kit/telemetry'
import { machine, print } from './report.ts'

// node launch.mjs bench/messages.ts: from the commit in one service to the effect in another, both durable, by
// each carrier; and how many events a relay passes on. Both services are in this process and share its core.

const samples = 1_000
const everyMs = 10
const backlog = 20_000
const said = event('bench.said', 1, Type.Object({ number: Type.Integer(), text: Type.String() }))
/** About what a placed order tells. */
const text = 'x'.repeat(2_000)

const folder = await mkdtemp(join(tmpdir(), 'rialto-bench-'))
const postgres = await startPostgres({ dataDir: folder })
const nats = await startTestNats()
try {
  print(`${machine}, one nats-server, one PostgreSQL`)
  print(`${samples} events, one every ${everyMs} ms; then ${backlog} that wait in the outbox\n`)
  print(
    '| carrier | commit to effect, median ms | p99 | highest | passed on per second | with their effects |',
  )
  print('| --- | --- | --- | --- | --- | --- |')
  await measure('in this process', await createBroker({ name: 'bench', log: silent }))
  await measure('NATS JetStream', await createBroker({ natsUrl: nats.url, name: 'bench', log: silent }))
} finally {
  await nats.close()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

async function measure(carrier: string, broker: Broker): Promise<void> {
  const { teller, hearer, effects } = await openPair(broker)
  const { database } = teller
  const times = await latencies(async () => {
    const next = effects.next()
    await say(database, 1)
    const committed = performance.now()
    await next
    return performance.now() - committed
  })
  // Nobody passes on what is said now, until a relay finds it in the table.
  await teller.relay.stop()
  for (let number = 0; number < backlog; number += 1_000) await say(database, 1_000)
  await database.run`update rialto.outbox set due_at = now()`
  const all = effects.count + backlog
  const relay = startRelay({ database, broker, source: 'teller', log: silent, now: () => new Date() })
  const began = performance.now()
  relay.begin()
  await relay.idle()
  const passed = perSecond(began)
  while (effects.count < all) await effects.next()
  const taken = perSecond(began)
  await relay.stop()
  await stopAll([teller, hearer])
  await broker.close()
  const at = (share: number) => (times[Math.floor((times.length - 1) * share)] as number).toFixed(1)
  print(`| ${carrier} | ${at(0.5)} | ${at(0.99)} | ${at(1)} | ${passed} | ${taken} |`)
}

/** Two services with a database each; one says, the other one notes what it hears. */
async function openPair(broker: Broker) {
  const effects = countEffects()
  const hears = on(said, async ({ data: { number } }, { tx }) => {
    await tx.run`insert into heard (number) values (${number})`
    tx.afterCommit(effects.add)
  })
  const open = async (name: string, script: string, heard: readonly (typeof hears)[]) => {
    const directory = join(folder, name)
    await mkdir(join(directory, 'migrations'), { recursive: true })
    await writeFile(join(directory, 'migrations', '001.sql'), script)
    const declared = contract(name, { version: 1, summary: 'For the bench' }, {})
    const common = { broker, find: () => undefined, log: silent, settings: {} }
    const databaseUrl = await postgres.ensureDatabase(name)
    const mounted = await mount(service(declared, { directory, routes: {}, hears: heard }), {
      ...common,
      databaseUrl,
    })
    await mounted.begin()
    return mounted
  }
  const teller = await open('teller', 'select 1', [])
  const hearer = await open('hearer', 'create table heard (number integer not null)', [hears])
  return { teller, hearer, effects }
}

function countEffects() {
  let count = 0
  let notify = () => {}
  return {
    get count() {
      return count
    },
    add: () => {
      count++
      notify()
    },
    next: () =>
      new Promise<void>((resolve) => {
        notify = resolve
      }),
  }
}

/** In milliseconds, sorted. */
async function latencies(measured: () => Promise<number>): Promise<number[]> {
  // The first one waits for the carrier to be there.
  await measured()
  const times: number[] = []
  for (let sample = 0; sample < samples; sample++) {
    times.push(await measured())
    await pause(everyMs)
  }
  return times.sort((a, b) => a - b)
}

async function say(database: Database, count: number): Promise<void> {
  await database.transaction(async (tx) => {
    for (let number = 0; number < count; number++)
      emit(tx, said, { number, text }, { id: String(number), version: 1 })
  })
}

function perSecond(began: number): string {
  return (backlog / ((performance.now() - began) / 1_000)).toFixed(0)
}
