import type { Database, Tx } from '@rialto/kit/database'
import { doubtFrom } from './health.ts'
import type { KeptSecret } from './webhook-store.ts'

// The queue: what is due is taken under a lease, sent without a transaction, and settled in one.

export interface Taken {
  readonly id: string
  readonly webhookId: string
  readonly messageId: string
  readonly attempts: number
  readonly tries: number
  readonly queuedAt: string
  readonly url: string
  readonly secrets: readonly KeptSecret[]
  readonly body: string
}

export interface Taking {
  readonly now: Date
  /** When others may take it over. */
  readonly leaseUntil: Date
  /** Of one webhook at the same time. */
  readonly slots: number
  /** How many this process is sending to each. */
  readonly busy: ReadonlyMap<string, number>
}

/**
 * Takes what is due, of each webhook as much as it has slots free: none waits for another. One that is in doubt gets
 * one at a time, and one that is paused nothing.
 */
export function takeDue(database: Database, { now, leaseUntil, slots, busy }: Taking): Promise<Taken[]> {
  const [ids, counts] = [[...busy.keys()], [...busy.values()]]
  return database.rows<Taken>`
    with taken as (
      update deliveries set due_at = ${leaseUntil}, attempts = attempts + 1, tries = tries + 1
      where id = any(array(
        select due.id from webhooks w
        left join unnest(${ids}::text[], ${counts}::integer[]) as b(id, count) on b.id = w.id
        cross join lateral (
          select d.id from deliveries d
          where d.webhook_id = w.id and d.status = 'queued' and d.due_at <= ${now} order by d.due_at
          limit greatest(0, case when w.failures < ${doubtFrom} then ${slots}::integer else 1 end - coalesce(b.count, 0))
          for update skip locked) as due
        where w.disabled_because is null and (w.paused_until is null or w.paused_until <= ${now})))
      returning id, webhook_id, message_id, attempts, tries, queued_at)
    select t.*, w.url, w.secrets, m.body
    from taken t join webhooks w on w.id = t.webhook_id join messages m on m.id = t.message_id`
}

export interface Settled {
  readonly status: 'queued' | 'delivered' | 'failed' | 'skipped'
  readonly dueAt: Date
  readonly deliveredAt?: Date
  readonly lastStatus?: number
  readonly lastError?: string
}

/** False when another took it over, or it was put anew into the queue. */
export async function settle(tx: Tx, { id, attempts }: Taken, settled: Settled): Promise<boolean> {
  const { status, dueAt, deliveredAt, lastStatus, lastError } = settled
  const changed = await tx.run`
    update deliveries set status = ${status}, due_at = ${dueAt}, delivered_at = coalesce(${deliveredAt}, delivered_at),
      last_status = ${lastStatus}, last_error = ${lastError}
    where id = ${id} and attempts = ${attempts} and status in ('queued', 'skipped')`
  return changed === 1
}

export interface NewAttempt {
  readonly number: number
  readonly at: Date
  readonly durationMs: number
  readonly status?: number
  readonly error?: string
  readonly response?: string
}

export async function insertAttempt(tx: Tx, deliveryId: string, attempt: NewAttempt): Promise<void> {
  const { number, at, durationMs, status, error, response } = attempt
  await tx.run`
    insert into attempts (delivery_id, number, at, duration_ms, status, error, response)
    values (${deliveryId}, ${number}, ${at}, ${durationMs}, ${status}, ${error}, ${response})
    on conflict do nothing`
}

/** Gives back what was not sent after all: it counts as never tried. */
export async function giveBack(database: Database, { id, attempts }: Taken, now: Date): Promise<void> {
  await database.run`
    update deliveries set due_at = ${now}, attempts = attempts - 1, tries = tries - 1
    where id = ${id} and attempts = ${attempts} and status = 'queued'`
}
