import { json, type Queries, sql, type Tx } from '@rialto/kit/database'
import type { WebhookAttempt, WebhookDelivery } from './contract.ts'

// What is to be sent, and what became of it.

export interface NewMessage {
  readonly id: string
  readonly type: string
  readonly body: string
}

export interface NewDelivery {
  readonly id: string
  readonly webhookId: string
  readonly status: 'queued' | 'skipped'
}

/** Keeps a message for everybody who wants it. The same message again changes nothing. */
export async function insertDeliveries(
  tx: Tx,
  message: NewMessage,
  deliveries: readonly NewDelivery[],
  at: Date,
): Promise<void> {
  const { id, type, body } = message
  await tx.run`
    insert into messages (id, type, body, kept_at) values (${id}, ${type}, ${body}, ${at}) on conflict (id) do nothing`
  await tx.run`
    insert into deliveries (id, webhook_id, message_id, type, status, due_at, queued_at, created_at)
    select id, "webhookId", ${id}, ${type}, status, ${at}, ${at}, ${at}
    from jsonb_to_recordset(${json(deliveries)}) as d(id text, "webhookId" text, status text)
    on conflict on constraint deliveries_once do nothing`
}

export async function findDelivery(
  queries: Queries,
  { id, webhookId }: { id: string; webhookId: string },
): Promise<(WebhookDelivery & { body: string }) | undefined> {
  const row = await queries.row<Row & { body: string }>`
    select ${columns}, m.body from deliveries d join messages m on m.id = d.message_id
    where d.id = ${id} and d.webhook_id = ${webhookId}`
  return row && { ...deliveryOf(row), body: row.body }
}

export interface DeliveryFilter {
  readonly webhookId: string
  readonly status?: string
  readonly type?: string
  readonly after?: string
  readonly limit: number
}

/** Lists deliveries, newest first: one more than `limit` when there are more. */
export async function listDeliveries(queries: Queries, filter: DeliveryFilter): Promise<WebhookDelivery[]> {
  const { webhookId, status, type, after, limit } = filter
  const rows = await queries.rows<Row>`
    select ${columns} from deliveries d where webhook_id = ${webhookId}
    ${status === undefined ? sql`` : sql`and status = ${status}`}
    ${type === undefined ? sql`` : sql`and type = ${type}`}
    ${after === undefined ? sql`` : sql`and id < ${after}`}
    order by id desc limit ${limit + 1}`
  return rows.map(deliveryOf)
}

const attemptsLimit = 100

export async function listAttempts(queries: Queries, deliveryId: string): Promise<WebhookAttempt[]> {
  const rows = await queries.rows<WebhookAttempt>`
    select number, at, duration_ms, status, error, response from attempts
    where delivery_id = ${deliveryId} order by number desc limit ${attemptsLimit}`
  return rows.map(withoutNulls)
}

/** Puts those of a time back into the queue, the oldest first. Answers how many. */
export function requeue(
  tx: Tx,
  {
    webhookId,
    from,
    to,
    statuses,
    limit,
  }: { webhookId: string; from: string; to: string; statuses: readonly string[]; limit: number },
  now: Date,
): Promise<number> {
  return tx.run`
    update deliveries set status = 'queued', due_at = ${now}, queued_at = ${now}, tries = 0
    where id = any(array(select id from deliveries where webhook_id = ${webhookId} and status = any(${statuses})
      and created_at >= ${from} and created_at < ${to} order by id limit ${limit} for update))`
}

export async function requeueOne(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.run`
    update deliveries set status = 'queued', due_at = ${now}, queued_at = ${now}, tries = 0
    where id = ${id} and status <> 'queued'`
}

/** Takes what waits out of the queue: it can be replayed. */
export async function skipQueued(tx: Tx, webhookId: string): Promise<void> {
  await tx.run`update deliveries set status = 'skipped' where webhook_id = ${webhookId} and status = 'queued'`
}

const removedAtOnce = 5_000

/** Forgets messages with their deliveries and attempts, so many at once. */
export async function removeBefore(queries: Queries, before: Date): Promise<void> {
  await queries.run`
    delete from messages where id = any(array(
      select id from messages where kept_at < ${before} order by kept_at limit ${removedAtOnce}))`
}

const columns = sql`d.id, d.webhook_id, d.message_id, d.type, d.status, d.attempts, d.due_at, d.created_at,
  d.delivered_at, d.last_status, d.last_error`

interface Row extends WebhookDelivery {
  readonly dueAt: string
}

function deliveryOf(row: Row): WebhookDelivery {
  const { id, webhookId, messageId, type, status, attempts, dueAt, createdAt } = row
  const { deliveredAt, lastStatus, lastError } = row
  return withoutNulls({
    id,
    webhookId,
    messageId,
    type,
    status,
    attempts,
    nextAttemptAt: status === 'queued' ? dueAt : undefined,
    lastStatus,
    lastError,
    createdAt,
    deliveredAt,
  })
}

function withoutNulls<Value extends object>(row: Value): Value {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== null && value !== undefined),
  ) as Value
}
