import { json, type Queries, sql, type Tx } from '@rialto/kit/database'
import type { Movement, Stock } from './contract.ts'
import type { Reservation } from './reservation.ts'
import type { Balance, Move } from './stock.ts'

/** Made by the migration. Every shop has it; further locations get balances of their own. */
const defaultLocation = 'loc_00000000000000000000000001'

const stockColumns = sql`
  variant_id, location_id, tracked, backorder, free, reserved, sold, received, low_from, version`

/** Balances without locking them, for showing. */
export function readBalances(queries: Queries, variantIds: readonly string[]): Promise<Balance[]> {
  return queries.rows<Balance>`
    select variant_id, tracked, backorder, removed, free, reserved, sold, received, low_from, version
    from stock where variant_id = any(${variantIds}) and location_id = ${defaultLocation}`
}

/** How many variants are out of stock; of more than 100,000 nobody needs to know the number. */
export async function countOut(queries: Queries): Promise<number> {
  const row = await queries.row<{ count: number }>`
    select count(*) from (select 1 from stock where state = 'out' and not removed limit 100000) s`
  return row?.count ?? 0
}

/** Locks balances in the order of their ids, as everyone does, so that nobody waits in a circle. */
export async function lockBalances(tx: Tx, variantIds: readonly string[]): Promise<Map<string, Balance>> {
  if (variantIds.length === 0) return new Map()
  return byVariant(
    await tx.rows<Balance>`
      select variant_id, tracked, backorder, removed, free, reserved, sold, received, low_from, version
      from stock where variant_id = any(${variantIds}) and location_id = ${defaultLocation}
      order by variant_id for update`,
  )
}

/** Locks what is known of these checkouts. Always before their balances. */
export async function lockReservations(
  tx: Tx,
  checkoutIds: readonly string[],
): Promise<Map<string, Reservation>> {
  if (checkoutIds.length === 0) return new Map()
  const rows = await tx.rows<Reservation>`
    select checkout_id, status, lines, expires_at from reservations
    where checkout_id = any(${checkoutIds}) order by checkout_id for update`
  return new Map(rows.map((row) => [row.checkoutId, row]))
}

/** Gives variants that inventory does not know yet an empty balance. */
export async function addMissing(tx: Tx, variantIds: readonly string[]): Promise<void> {
  if (variantIds.length === 0) return
  await tx.run`
    insert into stock (variant_id, location_id)
    select id, ${defaultLocation} from unnest(${variantIds}::text[]) as v(id)
    where not exists (select from stock where variant_id = id and location_id = ${defaultLocation})
    order by id collate "C" on conflict do nothing`
}

export interface Changes {
  readonly balances: readonly Balance[]
  readonly moves: readonly (Move & { readonly id: string })[]
  readonly reservations: {
    readonly added: readonly Reservation[]
    readonly changed: readonly Reservation[]
  }
  readonly at: Date
}

/**
 * Writes balances, their movements and the reservations in one statement. The balances must be locked and
 * carry the version under which they were read.
 */
export async function saveChanges(tx: Tx, { balances, moves, reservations, at }: Changes): Promise<void> {
  const written = await tx.run`
    with noted as (
      insert into movements (variant_id, location_id, id, kind, quantity, reason, reference, at)
      select "variantId", ${defaultLocation}, id, kind, quantity, reason, reference, ${at}
      from jsonb_to_recordset(${json(moves)}) as m(
        "variantId" text, id text, kind text, quantity bigint, reason text, reference text)
    ), added as (
      insert into reservations (checkout_id, status, lines, expires_at, at)
      select "checkoutId", status, lines, "expiresAt", ${at}
      from jsonb_to_recordset(${json(reservations.added)}) as r(
        "checkoutId" text, status text, lines jsonb, "expiresAt" timestamptz)
    ), changed as (
      update reservations r set status = c.status, lines = c.lines, expires_at = c."expiresAt", at = ${at}
      from jsonb_to_recordset(${json(reservations.changed)}) as c(
        "checkoutId" text, status text, lines jsonb, "expiresAt" timestamptz)
      where r.checkout_id = c."checkoutId"
    )
    update stock s set tracked = c.tracked, backorder = c.backorder, removed = c.removed, free = c.free,
      reserved = c.reserved, sold = c.sold, received = c.received, version = s.version + 1
    from jsonb_to_recordset(${json(balances)}) as c(
      "variantId" text, tracked boolean, backorder boolean, removed boolean, free bigint, reserved bigint,
      sold bigint, received bigint, version bigint)
    where s.variant_id = c."variantId" and s.location_id = ${defaultLocation} and s.version = c.version`
  if (written !== balances.length) throw new Error('A balance changed although it was locked')
}

/** Checkouts that hold goods beyond their time. */
export async function findDue(queries: Queries, now: Date, limit: number): Promise<string[]> {
  const due = await queries.rows<{ checkoutId: string }>`
    select checkout_id from reservations where status = 'held' and expires_at <= ${now}
    order by expires_at limit ${limit}`
  return due.map(({ checkoutId }) => checkoutId)
}

/** Holds goods on that are due, unless they were held on meanwhile by those who need them. */
export async function prolong(
  queries: Queries,
  checkoutIds: readonly string[],
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<void> {
  if (checkoutIds.length === 0) return
  await queries.run`
    update reservations set expires_at = ${until}
    where checkout_id = any(${checkoutIds}) and status = 'held' and expires_at <= ${now}`
}

export function readStock(queries: Queries, variantId: string): Promise<Stock | undefined> {
  return queries.row<Stock>`
    select ${stockColumns} from stock
    where variant_id = ${variantId} and location_id = ${defaultLocation} and not removed`
}

export interface StockPage {
  readonly state?: string
  readonly variantIds?: readonly string[]
  readonly after?: string
  readonly limit: number
}

/** One more than `limit`, which tells whether there is a next page. */
export function listStockRows(
  queries: Queries,
  { state, variantIds, after = '', limit }: StockPage,
): Promise<Stock[]> {
  const inState = state === undefined ? sql`` : sql`and state = ${state}`
  const among = variantIds ? sql`and variant_id = any(${variantIds})` : sql``
  return queries.rows<Stock>`
    select ${stockColumns} from stock
    where variant_id > ${after} and location_id = ${defaultLocation} and not removed ${inState} ${among}
    order by variant_id limit ${limit + 1}`
}

/** Newest first, one more than `limit`. */
export async function listMovementRows(
  queries: Queries,
  variantId: string,
  { after, limit }: { after?: string; limit: number },
): Promise<Movement[]> {
  const older = after === undefined ? sql`` : sql`and id < ${after}`
  const rows = await queries.rows<Nullable<Movement>>`
    select id, variant_id, kind, quantity, reason, reference, at from movements
    where variant_id = ${variantId} ${older} order by id desc limit ${limit + 1}`
  return rows.map(
    ({ reason, reference, ...row }) =>
      ({ ...row, ...(reason && { reason }), ...(reference && { reference }) }) as Movement,
  )
}

type Nullable<Row> = { [Key in keyof Row]: Row[Key] | null }

function byVariant(rows: readonly Balance[]): Map<string, Balance> {
  return new Map(rows.map((row) => [row.variantId, row]))
}
