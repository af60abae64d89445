import type { Static, TSchema } from 'typebox'
import type { Broker } from './broker.ts'
import type { EventType } from './contract.ts'
import { type Database, json, outsideTransaction, type Tx } from './database.ts'
import { newId } from './id.ts'
import type { JobType, Message } from './message.ts'
import type { Logger } from './telemetry.ts'

/**
 * Says an event in the same transaction as the change it tells of. `aggregate` is the thing that changed and
 * its version after the change, by which hearers recognise a late event.
 */
export function emit<Data extends TSchema>(
  tx: Tx,
  event: EventType<Data>,
  data: Static<Data>,
  aggregate: { id: string; version: number },
): void {
  const id = newId('msg')
  const { name, version } = event
  const row = {
    id,
    name,
    version,
    aggregate_id: aggregate.id,
    aggregate_version: aggregate.version,
    data,
    at: now(tx),
  }
  pending(tx).events.push(row)
}

/** Schedules work for this service: at once, or at `at`. The same `id` is scheduled once. */
export function schedule<Data extends TSchema>(
  tx: Tx,
  job: JobType<Data>,
  data: Static<Data>,
  { at, id = newId('job') }: { at?: Date; id?: string } = {},
): void {
  const noted = now(tx)
  pending(tx).jobs.push({ id, name: job.name, data, at: noted, due_at: at?.toISOString() ?? noted })
}

/** Forgets scheduled work that has not been done. */
export async function unschedule(tx: Tx, id: string): Promise<void> {
  await tx.run`delete from rialto.inbox where id = ${id} and kind = 'job' and state = 'waiting'`
}

export interface Relay {
  /** Starts passing on. Before, those who hear may not have joined yet, and would never get what went by. */
  begin(): void
  /** Something was said: pass it on now. */
  kick(): void
  /** Resolves when nothing is left to pass on. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export interface RelayOptions {
  readonly database: Database
  readonly broker: Broker
  readonly source: string
  readonly log: Logger
  /** The net under the kicks: how often to look for events of a process that died before passing them on. */
  readonly pollMs?: number
}

const batchSize = 100

/** Passes events from the outbox to the carrier. Rows leave the outbox when the carrier has taken them. */
export function startRelay({ database, broker, source, log, pollMs = 1_000 }: RelayOptions): Relay {
  let running: Promise<void> | undefined
  let again = false
  let begun = false
  let stopped = false
  const drain = async () => {
    do {
      again = false
      while (!stopped && (await relayBatch(database, broker, source)) === batchSize);
    } while (again && !stopped)
  }
  const kick = () => {
    again = true
    if (running || stopped || !begun) return
    running = drain()
      .catch((error) => log.warn({ error: String(error), service: source }, 'events wait in the outbox'))
      .finally(() => {
        running = undefined
      })
  }
  const poll = setInterval(kick, pollMs)
  poll.unref()
  return {
    begin: () => {
      begun = true
      kick()
    },
    kick,
    idle: async () => {
      while (running) await running
    },
    stop: async () => {
      clearInterval(poll)
      stopped = true
      await running
    },
  }
}

function relayBatch(database: Database, broker: Broker, source: string): Promise<number> {
  return database.transaction(async (tx) => {
    const rows = await tx.rows<Omit<Message, 'source' | 'attempt'>>`
      delete from rialto.outbox where id in (
        select id from rialto.outbox order by id limit ${batchSize} for update skip locked)
      returning id, name, version, aggregate_id, aggregate_version, data, at, traceparent`
    if (rows.length === 0) return 0
    rows.sort((a, b) => (a.id < b.id ? -1 : 1))
    await outsideTransaction(() => broker.publish(rows.map((row) => ({ ...row, source, attempt: 1 }))))
    return rows.length
  })
}

interface Pending {
  readonly events: object[]
  readonly jobs: object[]
}

const pendingOf = new WeakMap<Tx, Pending>()
const wakes = new WeakMap<Database['pool'], Wake>()

export interface Wake {
  readonly now: () => Date
  readonly events: () => void
  readonly jobs: () => void
}

/** Tells whom to wake after a commit in which something was said or scheduled. */
export function wakeAfterCommit(database: Database, wake: Wake): void {
  wakes.set(database.pool, wake)
}

function now(tx: Tx): string {
  return (wakes.get(tx.pool)?.now() ?? new Date()).toISOString()
}

/** What is said in a transaction is collected, and written by one statement per kind before the commit. */
function pending(tx: Tx): Pending {
  const known = pendingOf.get(tx)
  if (known) return known
  const collected: Pending = { events: [], jobs: [] }
  pendingOf.set(tx, collected)
  tx.beforeCommit(() => write(tx, collected))
  tx.afterCommit(() => {
    const wake = wakes.get(tx.pool)
    if (collected.events.length > 0) wake?.events()
    if (collected.jobs.length > 0) wake?.jobs()
  })
  return collected
}

async function write(tx: Tx, { events, jobs }: Pending): Promise<void> {
  // What a later task of the same commit says is collected anew, and written after this.
  pendingOf.delete(tx)
  await Promise.all([
    events.length > 0 &&
      tx.run`insert into rialto.outbox (id, name, version, aggregate_id, aggregate_version, data, at)
        select id, name, version, aggregate_id, aggregate_version, data, at from jsonb_to_recordset(${json(events)}) as e(
          id text, name text, version integer, aggregate_id text, aggregate_version bigint, data jsonb, at timestamptz)`,
    jobs.length > 0 &&
      tx.run`insert into rialto.inbox (id, kind, name, version, aggregate_id, aggregate_version, source, data, at, state, due_at)
        select id, 'job', name, 1, id, 1, 'self', data, at, 'waiting', due_at from jsonb_to_recordset(${json(jobs)}) as j(
          id text, name text, data jsonb, at timestamptz, due_at timestamptz)
        on conflict (id) do nothing`,
  ])
}
