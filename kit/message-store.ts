import { json, type Queries, type Sql, sql, type Tx } from './database.ts'
import type { Message } from './message.ts'
import type { DeadLetter, DeadLetterDetail, WaitingMessage } from './message-operations.ts'

const columns = sql`id, kind, name, version, aggregate_id, aggregate_version, source, at, attempts, last_error`

/** Dead letters with an id beyond `after`. */
export async function listLetters(queries: Queries, after: string, limit: number): Promise<DeadLetter[]> {
  const rows = await queries.rows<DeadLetter>`
    select ${columns} from rialto.inbox where state = 'dead' and id > ${after} order by id limit ${limit}`
  return rows.map(withoutNulls)
}

/** An event that the carrier has not taken by then waits. */
const soonMs = 10_000

/** What failed at least once, on its way in, in work, or on its way out, and what the carrier is not there to take. */
export async function listWaiting(
  queries: Queries,
  { after, limit, now }: { after: string; limit: number; now: Date },
): Promise<WaitingMessage[]> {
  const lately = new Date(now.getTime() - soonMs)
  const rows = await queries.rows<WaitingMessage>`
    select ${columns}, due_at from rialto.inbox
    where state = 'waiting' and last_error is not null and id > ${after}
    union all
    select id, 'outgoing', name, version, aggregate_id, aggregate_version, 'self', at, attempts, last_error, due_at
    from rialto.outbox where (attempts > 0 or at < ${lately}) and id > ${after}
    order by id limit ${limit}`
  return rows.map(withoutNulls)
}

export function readLetter(queries: Queries, id: string): Promise<DeadLetterDetail | undefined> {
  return letter(queries, id, sql``)
}

/** Reads it and keeps others from it until the end of the transaction. */
export function lockLetter(tx: Tx, id: string): Promise<DeadLetterDetail | undefined> {
  return letter(tx, id, sql`for update`)
}

async function letter(queries: Queries, id: string, lock: Sql): Promise<DeadLetterDetail | undefined> {
  const row = await queries.row<DeadLetterDetail>`
    select ${columns}, data, raw from rialto.inbox where state = 'dead' and id = ${id} ${lock}`
  return row && withoutNulls(row)
}

/** It is due now, and has all its attempts before it. */
export function replayLetter(tx: Tx, id: string, now: Date): Promise<DeadLetter | undefined> {
  return waits(
    tx,
    sql`
    update rialto.inbox set state = 'waiting', due_at = ${now}, attempts = 0, last_error = null where id = ${id}`,
  )
}

/** What could not be read is replaced by the message it turned out to be, unless that was heard meanwhile. */
export async function replaceLetter(
  tx: Tx,
  id: string,
  { attempt: _, ...message }: Message,
  now: Date,
): Promise<DeadLetter | undefined> {
  await tx.run`update rialto.inbox set state = 'done', raw = null, due_at = ${now} where id = ${id}`
  return waits(
    tx,
    sql`
    insert into rialto.inbox (id, kind, name, version, aggregate_id, aggregate_version, source, data, at, traceparent, state, due_at)
    select id, 'event', name, version, "aggregateId", "aggregateVersion", source, data, at, traceparent, 'waiting', ${now}
    from jsonb_to_record(${json(message)}) as m(id text, name text, version integer, "aggregateId" text,
      "aggregateVersion" bigint, source text, data jsonb, at timestamptz, traceparent text)
    on conflict (id) do nothing`,
  )
}

async function waits(tx: Tx, change: Sql): Promise<DeadLetter | undefined> {
  const row = await tx.row<DeadLetter>`${change} returning ${columns}`
  return row && withoutNulls(row)
}

/** An event leaves its record, so that it takes no effect when the carrier brings it again. */
export async function dropLetter(tx: Tx, { id, kind }: DeadLetter): Promise<void> {
  if (kind === 'job') await tx.run`delete from rialto.inbox where id = ${id}`
  else
    await tx.run`update rialto.inbox set state = 'done', data = null, raw = null, last_error = null where id = ${id}`
}

function withoutNulls<Row extends object>(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Row
}
