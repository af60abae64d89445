import { json, type Queries, type Sql, sql, type Tx } from '@rialto/kit/database'
import type { Webhook } from './contract.ts'
import type { Health } from './health.ts'

/** A secret as it is kept: encrypted, and if another took its place, until when it signs. */
export interface KeptSecret {
  readonly sealed: string
  readonly until?: string
}

export interface KeptWebhook extends Omit<Webhook, 'enabled' | 'failingSince' | 'pausedUntil' | 'queued'> {
  readonly secrets: readonly KeptSecret[]
  readonly health: Health
}

export type NewWebhook = Pick<
  KeptWebhook,
  'id' | 'url' | 'eventTypes' | 'description' | 'secrets' | 'disabledBecause' | 'createdAt'
>

/** Keeps others from creating one until the end of the transaction, and counts those that are there. */
export async function lockCount(tx: Tx): Promise<number> {
  await tx.run`select pg_advisory_xact_lock(7262001)`
  return (await tx.row<{ count: number }>`select count(*)::int as count from webhooks`)?.count ?? 0
}

export async function insertWebhook(tx: Tx, webhook: NewWebhook): Promise<void> {
  const { id, url, eventTypes, description, secrets, disabledBecause, createdAt } = webhook
  await tx.run`
    insert into webhooks (id, url, event_types, description, secrets, disabled_because, created_at)
    values (${id}, ${url}, ${eventTypes}, ${description}, ${json(secrets)}, ${disabledBecause}, ${createdAt})`
}

/** Lists webhooks, newest first: one more than `limit` when there are more. */
export async function listWebhooks(
  queries: Queries,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<KeptWebhook[]> {
  const rows = await queries.rows<Row>`
    select * from webhooks ${after === undefined ? sql`` : sql`where id < ${after}`}
    order by id desc limit ${limit + 1}`
  return rows.map(webhookOf)
}

/** How many deliveries wait, of each of the webhooks. */
export async function countQueued(queries: Queries, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await queries.rows<{ webhookId: string; count: number }>`
    select webhook_id, count(*)::int as count from deliveries
    where webhook_id = any(${ids}) and status = 'queued' group by webhook_id`
  return new Map(rows.map(({ webhookId, count }) => [webhookId, count]))
}

export function findWebhook(queries: Queries, id: string): Promise<KeptWebhook | undefined> {
  return find(queries, id, sql``)
}

/** Reads it and keeps others from changing it. Those who queue something for it do not wait. */
export function lockWebhook(tx: Tx, id: string): Promise<KeptWebhook | undefined> {
  return find(tx, id, sql`for no key update`)
}

async function find(queries: Queries, id: string, lock: Sql): Promise<KeptWebhook | undefined> {
  const row = await queries.row<Row>`select * from webhooks where id = ${id} ${lock}`
  return row && webhookOf(row)
}

export async function saveWebhook(tx: Tx, webhook: KeptWebhook): Promise<void> {
  const { id, url, eventTypes, description, secrets, disabledBecause, version } = webhook
  await tx.run`
    update webhooks set url = ${url}, event_types = ${eventTypes}, description = ${description},
      secrets = ${json(secrets)}, disabled_because = ${disabledBecause}, version = ${version} where id = ${id}`
}

export async function saveHealth(tx: Tx, id: string, health: Health): Promise<void> {
  const { failures, failingSince, pauses, pausedUntil } = health
  await tx.run`
    update webhooks set failures = ${failures}, failing_since = ${failingSince}, pauses = ${pauses},
      paused_until = ${pausedUntil} where id = ${id}`
}

/** Its deliveries and their attempts go with it. */
export async function deleteWebhook(tx: Tx, id: string): Promise<void> {
  await tx.run`delete from webhooks where id = ${id}`
}

/** Who is to be told, and for how many more events there is room in the queue. */
export interface Subscription {
  readonly id: string
  readonly eventTypes: readonly string[]
  /** One that is disabled as it failed has none, but its owner can have the events later. */
  readonly room: number
}

export function listSubscriptions(queries: Queries, queueLimit: number): Promise<Subscription[]> {
  return queries.rows<Subscription>`
    select w.id, w.event_types, case when w.disabled_because is null then ${queueLimit}::int - (select count(*)::int
      from (select 1 from deliveries d where d.webhook_id = w.id and d.status = 'queued' limit ${queueLimit}) as q)
      else 0 end as room
    from webhooks w where w.disabled_because is null or w.disabled_because = 'failing' order by w.id`
}

/** What anybody wants to be told of. */
export async function listWanted(queries: Queries): Promise<Set<string>> {
  const rows = await queries.rows<{ type: string }>`
    select distinct unnest(event_types) as type from webhooks
    where disabled_because is null or disabled_because = 'failing'`
  return new Set(rows.map(({ type }) => type))
}

interface Row extends Omit<KeptWebhook, 'health' | 'disabledBecause' | 'description'> {
  readonly description: string | null
  readonly disabledBecause: Webhook['disabledBecause'] | null
  readonly failures: number
  readonly failingSince: string | null
  readonly pauses: number
  readonly pausedUntil: string | null
}

function webhookOf(row: Row): KeptWebhook {
  const { description, disabledBecause, failures, failingSince, pauses, pausedUntil, ...rest } = row
  const health = {
    failures,
    pauses,
    ...(failingSince !== null && { failingSince: new Date(failingSince) }),
    ...(pausedUntil !== null && { pausedUntil: new Date(pausedUntil) }),
  }
  return {
    ...rest,
    ...(description !== null && { description }),
    ...(disabledBecause !== null && { disabledBecause }),
    health,
  }
}
