import { json, type Queries, sql, type Tx } from '@rialto/kit/database'
import { type Origin, originOf, presentTraceparent } from '@rialto/kit/trace'
import type { LedgerEntry, Payment } from './contract.ts'
import type { Side } from './ledger.ts'
import type { StoredPayment, Wanted } from './payment.ts'

const columns = sql`
  id, checkout_id, gateway, status, wanted, amount, currency, captured, refunded, refunding, decline_reason,
  decline_field, redirect_url, ask_at, created_at, version, (
    select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'amount', r.amount, 'currency', r.currency,
      'status', r.status, 'giveBack', r.give_back) order by r.id), '[]')
    from refunds r where r.payment_id = payments.id and r.status in ('waiting', 'sent')) as pending`

export interface NewPayment {
  readonly id: string
  readonly checkoutId: string
  readonly gateway: string
  readonly amount: number
  readonly currency: string
  readonly at: Date
}

/**
 * Adds the payment of a checkout. If the checkout was given up before, its refusal takes the payment's data;
 * undefined if there is a payment already.
 */
export function addPayment(queries: Queries, payment: NewPayment): Promise<StoredPayment | undefined> {
  const { id, checkoutId, gateway, amount, currency, at } = payment
  return queries.row<StoredPayment>`
    insert into payments (id, checkout_id, gateway, status, amount, currency, created_at, ask_at, traceparent)
    values (${id}, ${checkoutId}, ${gateway}, 'authorizing', ${amount}, ${currency}, ${at}, ${soon(at)},
      ${presentTraceparent() ?? null})
    on conflict (checkout_id) do update set gateway = excluded.gateway, amount = excluded.amount,
      currency = excluded.currency, version = payments.version + 1
      where payments.gateway = ''
    returning ${columns}`
}

/** The trace in which the payment of a checkout began. */
export async function originOfPayment(queries: Queries, checkoutId: string): Promise<Origin | undefined> {
  const row = await queries.row<{ traceparent: string | null }>`
    select traceparent from payments where checkout_id = ${checkoutId}`
  return originOf(row?.traceparent)
}

/** Releases the payment of a checkout; if there is none, one that comes later finds itself refused. */
export async function releaseForGood(
  queries: Queries,
  { id, checkoutId, reason, at }: { id: string; checkoutId: string; reason: string; at: Date },
): Promise<void> {
  // XXX is the code of "no currency" in ISO 4217.
  await queries.run`
    insert into payments (id, checkout_id, gateway, status, wanted, amount, currency, decline_reason, created_at)
    values (${id}, ${checkoutId}, '', 'declined', 'release', 0, ${noCurrency}, ${reason}, ${at})
    on conflict (checkout_id) do update set wanted = 'release', asks = 0,
      ask_at = coalesce(payments.ask_at, ${soon(at)}), version = payments.version + 1
      where payments.wanted <> 'release'`
}

const noCurrency = 'XXX'

/**
 * Notes what the shop wants of payments from now on; what it wants gone stays so. Locks them in one sequence,
 * so that nobody waits in a circle.
 */
export async function want(queries: Queries, wishes: ReadonlyMap<string, Wanted>, now: Date): Promise<void> {
  const [checkoutIds, wanted] = [[...wishes.keys()], [...wishes.values()]]
  await queries.run`
    with locked as (
      select p.id, w.wanted from payments p
      join unnest(${checkoutIds}::text[], ${wanted}::text[]) as w(checkout_id, wanted) using (checkout_id)
      where p.gateway <> '' and p.wanted <> w.wanted and p.wanted <> 'release'
      order by p.checkout_id for update of p
    )
    update payments set wanted = locked.wanted, asks = 0, ask_at = coalesce(ask_at, ${soon(now)}),
      version = version + 1
    from locked where payments.id = locked.id and payments.wanted <> 'release'`
}

export async function findPayment(queries: Queries, checkoutId: string): Promise<StoredPayment | undefined> {
  const [payment] = await findPayments(queries, [checkoutId])
  return payment
}

export function findPayments(queries: Queries, checkoutIds: readonly string[]): Promise<StoredPayment[]> {
  return queries.rows<StoredPayment>`
    select ${columns} from payments where checkout_id = any(${checkoutIds}) and gateway <> ''`
}

export function readPayment(queries: Queries, id: string): Promise<StoredPayment | undefined> {
  return queries.row<StoredPayment>`select ${columns} from payments where id = ${id}`
}

/** Two statements, because the second sees the refunds that were written while the first waited. */
export async function lockPayment(tx: Tx, id: string): Promise<StoredPayment> {
  const [, payment] = await Promise.all([
    tx.run`select from payments where id = ${id} for update`,
    readPayment(tx, id),
  ])
  if (!payment) throw new Error(`There is no payment ${id}`)
  return payment
}

export interface Change {
  readonly before: StoredPayment
  readonly after: StoredPayment
  /** Nothing about it is open any more. */
  readonly finished: boolean
  readonly entries: readonly (Side & { readonly id: string })[]
  readonly at: Date
}

/** Writes the change and its postings in one statement. False if somebody changed the payment meanwhile. */
export async function saveChange(tx: Tx, change: Change): Promise<boolean> {
  const { before, after, finished, entries, at } = change
  const askAt = finished ? sql`null` : sql`coalesce(ask_at, ${soon(at)})`
  const changed = await tx.row`
    with changed as (
      update payments set status = ${after.status}, wanted = ${after.wanted}, captured = ${after.captured},
        refunded = ${after.refunded}, refunding = ${after.refunding}, decline_reason = ${after.declineReason},
        decline_field = ${after.declineField}, redirect_url = ${after.redirectUrl},
        ask_at = ${askAt}, version = version + 1
      where id = ${before.id} and version = ${before.version} returning id
    ), booked as (
      insert into ledger_entries (payment_id, posting, account, id, debit, credit, currency, kind, at)
      select changed.id, e.posting, e.account, e.id, e.debit, e.credit, ${before.currency}, e.kind, ${at}
      from changed, jsonb_to_recordset(${json(entries)}) as e(
        id text, posting text, account text, debit bigint, credit bigint, kind text)
    )
    select id from changed`
  return changed !== undefined
}

/** Nothing is left to do for the payment, unless somebody has changed it since it was read. */
export async function askNoMore(queries: Queries, { id, version }: StoredPayment): Promise<void> {
  await queries.run`update payments set ask_at = null where id = ${id} and version = ${version}`
}

/**
 * Takes payments whose time has come; nobody else takes them before their next time: after ten seconds, twenty,
 * forty … and at last every hour. A time that lies further ahead was set by a clock that ran ahead.
 */
export function claimDue(queries: Queries, now: Date, limit: number): Promise<StoredPayment[]> {
  return queries.rows<StoredPayment>`
    update payments set asks = asks + 1, ask_at = ${now}::timestamptz
      + least(interval '10 seconds' * power(2, least(asks, 12)), interval '1 hour')
    where id = any(array(select id from payments
      where ask_at <= ${now} or ask_at > ${now}::timestamptz + interval '61 minutes'
      order by ask_at limit ${limit} for update skip locked))
    returning ${columns}`
}

/** When a payment that somebody is at work on is taken up by others, should that one die. */
function soon(now: Date) {
  return sql`${now}::timestamptz + interval '10 seconds'`
}

export interface PaymentPage {
  readonly checkoutId?: string
  readonly status?: Payment['status']
  readonly after?: string
  readonly limit: number
}

/** Newest first, one more than `limit`. */
export function listPaymentRows(queries: Queries, page: PaymentPage): Promise<StoredPayment[]> {
  const { checkoutId, status, after, limit } = page
  return queries.rows<StoredPayment>`
    select ${columns} from payments where gateway <> ''
    ${checkoutId === undefined ? sql`` : sql`and checkout_id = ${checkoutId}`}
    ${status === undefined ? sql`` : sql`and status = ${status}`}
    ${after === undefined ? sql`` : sql`and id < ${after}`}
    order by id desc limit ${limit + 1}`
}

export function listEntries(queries: Queries, paymentId: string): Promise<LedgerEntry[]> {
  return queries.rows<LedgerEntry>`
    select id, payment_id, account, debit, credit, currency, kind, at from ledger_entries
    where payment_id = ${paymentId} order by at, id limit 1000`
}
