import type { Whose } from '@rialto/kit/access'
import { type Database, json, ownedBy, type Queries, sql, type Tx } from '@rialto/kit/database'
import type { Progress } from './checkout-steps.ts'
import { isPassing } from './failure.ts'
import type { Draft } from './order.ts'

/** An attempt to buy, as it is stored. */
export interface Checkout extends Progress {
  readonly id: string
  readonly ownerId: string
  readonly idempotencyKey: string
  readonly requestHash: string
  readonly draft: Draft
  /** How it is paid; forgotten once the checkout is decided. */
  readonly payment: { readonly gateway: string; readonly token: string; readonly returnUrl: string } | null
  readonly orderId: string | null
  readonly orderNumber: string | null
  readonly version: number
}

const columns = sql`
  id, owner_id, idempotency_key, request_hash, step, draft, payment, redirect_url, failure, reserved_until,
  captured, order_id, order_number, resumes, version, created_at`

/** Writes the new checkout. False when there is one under this key already. */
export async function insertCheckout(database: Database, checkout: Checkout, wakeAt: Date): Promise<boolean> {
  const { id, ownerId, idempotencyKey, requestHash, draft, payment, createdAt } = checkout
  const inserted = await database.run`
    insert into checkouts
      (id, owner_id, idempotency_key, request_hash, step, draft, payment, wake_at, created_at)
    values (${id}, ${ownerId}, ${idempotencyKey}, ${requestHash}, 'reserve', ${json(draft)},
      ${json(payment)}, ${wakeAt}, ${createdAt})
    on conflict on constraint one_per_key do nothing`
  return inserted === 1
}

export function findByKey(queries: Queries, whose: Whose, key: string): Promise<Checkout | undefined> {
  return queries.row<Checkout>`
    select ${columns} from checkouts where ${ownedBy(whose)} and idempotency_key = ${key}
    order by created_at desc limit 1`
}

export function readCheckout(queries: Queries, whose: Whose, id: string): Promise<Checkout | undefined> {
  return queries.row<Checkout>`select ${columns} from checkouts where id = ${id} and ${ownedBy(whose)}`
}

/**
 * Stores how far a checkout has come, if nobody else has moved it since it was read. A failure that is none of
 * the shopper's frees the key, so that the same request may be tried again.
 */
export async function saveProgress(database: Database, checkout: Checkout): Promise<Checkout | undefined> {
  const { id, version, step, redirectUrl, failure, reservedUntil, captured } = checkout
  const over = step === 'failed'
  const idempotencyKey = failure && isPassing(failure) ? id : checkout.idempotencyKey
  const payment = over ? null : checkout.payment
  const saved = await database.run`
    update checkouts set step = ${step}, redirect_url = ${redirectUrl}, reserved_until = ${reservedUntil},
      failure = ${failure && json(failure)}, captured = ${captured}, idempotency_key = ${idempotencyKey},
      payment = ${payment && json(payment)}, wake_at = case when ${over} then null else wake_at end,
      version = version + 1
    where id = ${id} and version = ${version}`
  return saved === 1 ? { ...checkout, idempotencyKey, payment, version: version + 1 } : undefined
}

const wakeLimit = 500

/**
 * Picks checkouts that have been open for too long, and sets the alarm of each anew: after 30 s, 1, 2, 4, 8 and
 * then every 10 minutes. Replicas that look at the same time pick different ones.
 */
export function wakeDue(tx: Tx, now: Date): Promise<Pick<Checkout, 'id' | 'resumes'>[]> {
  return tx.rows`
    update checkouts set resumes = resumes + 1,
      wake_at = ${now}::timestamptz + least(30 * 2 ^ least(resumes, 10), 600) * interval '1 second'
    where id = any(array(
      select id from checkouts where wake_at <= ${now} order by wake_at limit ${wakeLimit}
      for update skip locked))
    returning id, resumes`
}

/** The undecided and the failed ones of these. */
export function readUnconfirmed(tx: Tx, ids: readonly string[]): Promise<Pick<Checkout, 'id' | 'step'>[]> {
  return tx.rows`select id, step from checkouts where id = any(${ids}) and step <> 'confirmed' order by id`
}

/** Money came for checkouts that had failed: they are to be undone once more. */
export async function reopenFailed(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  await tx.run`
    update checkouts set step = 'undo', wake_at = ${now}, version = version + 1
    where id = any(${ids}) and step = 'failed'`
}

/** Money that was taken before there is an order is kept in mind for it. False when there is an order. */
export async function noteEarlyCapture(tx: Tx, id: string, amount: number): Promise<boolean> {
  const row = await tx.row<{ orderId: string | null }>`
    update checkouts set captured = greatest(captured, ${amount}), version = version + 1
    where id = ${id} returning order_id`
  return row?.orderId == null
}

/** What a guest began is the customer's. A key that both have used stays with the customer's checkout. */
export async function giveCheckouts(tx: Tx, guestId: string, customerId: string): Promise<void> {
  await tx.run`
    update checkouts c set owner_id = ${customerId}, version = version + 1, idempotency_key = case when exists (
        select from checkouts o where o.owner_id = ${customerId} and o.idempotency_key = c.idempotency_key)
      then c.id else c.idempotency_key end
    where owner_id = ${guestId}`
}
