import type { Whose } from '@rialto/kit/access'
import { type Database, json, ownedBy, type Queries, sql, type Tx } from '@rialto/kit/database'
import { hasRung, nextAlarm } from './alarm-store.ts'
import type { Progress } from './checkout-steps.ts'
import { isPassing } from './failure.ts'
import type { Draft } from './order.ts'
import { type Attempt, recordAttempt } from './step-record.ts'

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
  /** When it is taken up by itself, until nothing of it is open. */
  readonly wakeAt: string | null
  readonly version: number
}

const columns = sql`
  id, owner_id, idempotency_key, request_hash, step, draft, payment, redirect_url, failure, reserved_until,
  captured, order_id, order_number, resumes, steps, waits_for, since, wake_at, version, created_at`

export type Begun =
  | { readonly kind: 'begun' }
  /** There is one under this key, or one that buys this cart. */
  | { readonly kind: 'taken' }
  /** This very state of the cart was bought just before. */
  | { readonly kind: 'bought'; readonly id: string }

/** Writes the new checkout, unless that would buy something twice. */
export function insertCheckout(
  database: Database,
  checkout: Checkout,
  { wakeAt, boughtSince }: { readonly wakeAt: Date; readonly boughtSince: Date },
): Promise<Begun> {
  const { id, ownerId, idempotencyKey, requestHash, draft, payment, createdAt } = checkout
  return database.sharedTransaction(draft.cartId, async (tx) => {
    // The second statement sees what was committed while the first one waited for the same cart.
    const [inserted, bought] = await Promise.all([
      tx.run`
        insert into checkouts
          (id, owner_id, idempotency_key, request_hash, step, draft, payment, cart_key, since, wake_at, created_at)
        values (${id}, ${ownerId}, ${idempotencyKey}, ${requestHash}, 'reserve', ${json(draft)},
          ${json(payment)}, ${draft.cartId}, ${createdAt}, ${wakeAt}, ${createdAt})
        on conflict do nothing`,
      tx.row<{ id: string; recent: boolean }>`
        select id, created_at > ${boughtSince} as recent from checkouts where cart_key = ${draft.cartState}`,
    ])
    if (inserted === 0) return { kind: 'taken' }
    if (bought?.recent) {
      await tx.run`delete from checkouts where id = ${id}`
      return { kind: 'bought', id: bought.id }
    }
    if (bought) await tx.run`update checkouts set cart_key = null where id = ${bought.id}`
    return { kind: 'begun' }
  })
}

/** The checkout that is buying the cart just now. */
export function findBuying(queries: Queries, whose: Whose, cartId: string): Promise<Checkout | undefined> {
  return queries.row<Checkout>`
    select ${columns} from checkouts where cart_key = ${cartId} and ${ownedBy(whose)}`
}

/** Lets a request find the checkout that had begun before it, also when it is repeated. */
export async function joinCheckout(
  queries: Queries,
  { ownerId, idempotencyKey, requestHash }: Pick<Checkout, 'ownerId' | 'idempotencyKey' | 'requestHash'>,
  checkoutId: string,
): Promise<void> {
  await queries.run`
    insert into checkout_keys (owner_id, idempotency_key, request_hash, checkout_id)
    values (${ownerId}, ${idempotencyKey}, ${requestHash}, ${checkoutId})
    on conflict (owner_id, idempotency_key) do update
      set request_hash = excluded.request_hash, checkout_id = excluded.checkout_id`
}

/** The checkout that a request under this key has begun or joined, with the hash of that request. */
export function findByKey(
  queries: Queries,
  whose: Whose,
  key: string,
): Promise<(Checkout & { readonly asked: string }) | undefined> {
  return queries.row`
    with mine as (
      select id, request_hash as asked from checkouts where ${ownedBy(whose)} and idempotency_key = ${key}
      union all
      select checkout_id, request_hash from checkout_keys where ${ownedBy(whose)} and idempotency_key = ${key})
    select ${columns}, asked from mine join checkouts using (id) order by created_at desc limit 1`
}

export function readCheckout(queries: Queries, whose: Whose, id: string): Promise<Checkout | undefined> {
  return queries.row<Checkout>`select ${columns} from checkouts where id = ${id} and ${ownedBy(whose)}`
}

/**
 * Stores how far a checkout has come, if nobody else has moved it since it was read. A failure that is none of
 * the shopper's frees the key, so that the same request may be tried again; any failure frees the cart.
 */
export async function saveProgress(queries: Queries, checkout: Checkout): Promise<Checkout | undefined> {
  const { id, version, step, redirectUrl, failure, reservedUntil, captured, steps, waitsFor, since } =
    checkout
  const over = step === 'failed'
  const idempotencyKey = failure && isPassing(failure) ? id : checkout.idempotencyKey
  const payment = over ? null : checkout.payment
  const saved = await queries.run`
    update checkouts set step = ${step}, redirect_url = ${redirectUrl}, reserved_until = ${reservedUntil},
      failure = ${failure && json(failure)}, captured = ${captured}, idempotency_key = ${idempotencyKey},
      payment = ${payment && json(payment)}, wake_at = case when ${over} then null else wake_at end,
      cart_key = case when ${failure !== null} then null else cart_key end, steps = ${json(steps)},
      waits_for = ${waitsFor}, since = ${since}, version = version + 1
    where id = ${id} and version = ${version}`
  return saved === 1 ? { ...checkout, idempotencyKey, payment, version: version + 1 } : undefined
}

/** Notes for an operator what a checkout waits for. It moves nothing. */
export async function saveWait(
  queries: Queries,
  { id, version, steps, waitsFor }: Pick<Checkout, 'id' | 'version' | 'steps' | 'waitsFor'>,
): Promise<void> {
  await queries.run`
    update checkouts set steps = ${json(steps)}, waits_for = ${waitsFor} where id = ${id} and version = ${version}`
}

const wakeLimit = 500

export type Due = Pick<Checkout, 'id' | 'resumes' | 'step' | 'waitsFor' | 'since'>

/**
 * Picks checkouts that have been open for too long, and sets the alarm of each anew. Replicas that look at the same
 * time pick different ones.
 */
export function wakeDue(tx: Tx, now: Date): Promise<Due[]> {
  return tx.rows`
    update checkouts set resumes = resumes + 1, wake_at = ${nextAlarm(now)}
    where id = any(array(
      select id from checkouts where ${hasRung(now)}
      order by wake_at limit ${wakeLimit} for update skip locked))
    returning id, resumes, step, waits_for, since`
}

/** Confirmed checkouts whose money is charged, or whose order is cancelled, are watched no more. */
export async function closeConfirmed(
  tx: Tx,
  ids: readonly string[],
  attempt: Omit<Attempt, 'name'>,
  at: string,
): Promise<void> {
  const open = await tx.rows<Pick<Checkout, 'id' | 'steps' | 'createdAt'>>`
    select id, steps, created_at from checkouts
    where id = any(${ids}) and step = 'confirmed' and wake_at is not null order by id for update`
  if (open.length === 0) return
  const closed = open.map(({ id, steps, createdAt }) => {
    const recorded = recordAttempt(steps, { name: 'capture', ...attempt }, { begunAt: createdAt, at })
    return { id, steps: recorded }
  })
  await tx.run`
    update checkouts c set steps = n.steps, waits_for = null, wake_at = null, version = version + 1
    from jsonb_to_recordset(${json(closed)}) as n(id text, steps jsonb) where c.id = n.id`
}

/** Those that still need the goods held for them: there is an order, or there may be one without holding anew. */
export async function findClaims(queries: Queries, ids: readonly string[], since: Date): Promise<string[]> {
  const claims = await queries.rows<{ id: string }>`
    select id from checkouts where id = any(${ids}) and (step = 'confirmed'
      or (step in ('reserve', 'ask', 'act') and greatest(created_at, reserved_until - interval '15 minutes')
        > ${since}))`
  return claims.map(({ id }) => id)
}

/** The undecided and the failed ones of these. */
export function readUnconfirmed(tx: Tx, ids: readonly string[]): Promise<Pick<Checkout, 'id' | 'step'>[]> {
  return tx.rows`select id, step from checkouts where id = any(${ids}) and step <> 'confirmed' order by id`
}

/** Money came for checkouts that had failed: they are to be undone once more. */
export async function reopenFailed(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  await tx.run`
    update checkouts set step = 'undo', wake_at = ${now}, since = ${now}, version = version + 1
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
