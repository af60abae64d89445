import type { Static, TSchema } from 'typebox'
import type { EventType } from './contract.ts'
import { type Database, json, type Tx } from './database.ts'
import { newId } from './id.ts'
import type { JobType, Message } from './message.ts'
import { relayLeaseMs } from './relay.ts'
import { presentTraceparent } from './trace.ts'

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
  const { id: aggregateId, version: aggregateVersion } = aggregate
  const at = now(tx).toISOString()
  const traceparent = presentTraceparent()
  pending(tx).events.push({ id, name, version, aggregateId, aggregateVersion, data, at, traceparent })
}

/** Schedules work for this service: at once, or at `at`. The same `id` is scheduled once. */
export function schedule<Data extends TSchema>(
  tx: Tx,
  job: JobType<Data>,
  data: Static<Data>,
  { at, id = newId('job') }: { at?: Date; id?: string } = {},
): void {
  const noted = now(tx).toISOString()
  const due_at = at?.toISOString() ?? noted
  pending(tx).jobs.push({ id, name: job.name, data, at: noted, due_at, traceparent: presentTraceparent() })
}

/** Forgets scheduled work that has not been done. */
export async function unschedule(tx: Tx, id: string): Promise<void> {
  await tx.run`delete from rialto.inbox where id = ${id} and kind = 'job' and state = 'waiting'`
}

/** An event as its row tells it. */
export type SaidEvent = Omit<Message, 'source' | 'attempt'>

interface Pending {
  readonly events: SaidEvent[]
  readonly jobs: object[]
}

const pendingOf = new WeakMap<Tx, Pending>()
const wakes = new WeakMap<Database['pool'], Wake>()

/** After the commit, the inbox looks for what is due now. */
export function wakeInbox(tx: Tx): void {
  tx.afterCommit(() => wakes.get(tx.pool)?.jobs())
}

export interface Wake {
  readonly now: () => Date
  /** What was said, as its hearers will get it. */
  readonly events: (said: readonly SaidEvent[]) => void
  readonly jobs: () => void
}

/** Tells whom to wake after a commit in which something was said or scheduled. */
export function wakeAfterCommit(database: Database, wake: Wake): void {
  wakes.set(database.pool, wake)
}

function now(tx: Tx): Date {
  return wakes.get(tx.pool)?.now() ?? new Date()
}

/** What is said in a transaction is collected, and written by one statement per kind with the commit. */
function pending(tx: Tx): Pending {
  const known = pendingOf.get(tx)
  if (known) return known
  const collected: Pending = { events: [], jobs: [] }
  pendingOf.set(tx, collected)
  let said = '[]'
  tx.withCommit(() => {
    said = json(collected.events)
    return Promise.all([
      collected.events.length > 0 && writeEvents(tx, said),
      collected.jobs.length > 0 && writeJobs(tx, collected.jobs),
    ])
  })
  tx.afterCommit(() => {
    const wake = wakes.get(tx.pool)
    // Hearers get what was written, not objects that somebody else may still hold.
    if (collected.events.length > 0) wake?.events(JSON.parse(said))
    if (collected.jobs.length > 0) wake?.jobs()
  })
  return collected
}

async function writeEvents(tx: Tx, events: string): Promise<void> {
  const due = new Date(now(tx).getTime() + relayLeaseMs)
  await tx.run`
    insert into rialto.outbox (id, name, version, aggregate_id, aggregate_version, data, at, due_at, traceparent)
    select id, name, version, "aggregateId", "aggregateVersion", data, at, ${due}, traceparent
    from jsonb_to_recordset(${events}) as e(id text, name text, version integer, "aggregateId" text,
      "aggregateVersion" bigint, data jsonb, at timestamptz, traceparent text)`
}

async function writeJobs(tx: Tx, jobs: readonly object[]): Promise<void> {
  await tx.run`
    insert into rialto.inbox (id, kind, name, version, aggregate_id, aggregate_version, source, data, at, state, due_at,
      traceparent)
    select id, 'job', name, 1, id, 1, 'self', data, at, 'waiting', due_at, traceparent
    from jsonb_to_recordset(${json(jobs)}) as j(
      id text, name text, data jsonb, at timestamptz, due_at timestamptz, traceparent text)
    on conflict (id) do nothing`
}
