import { owns, type Whose } from '@rialto/kit/access'
import { json, type Queries, type Sql, sql, type Tx } from '@rialto/kit/database'
import { notFound, versionConflict } from '@rialto/kit/problem'
import type { Checkout } from './checkout-store.ts'
import type { Order } from './contract.ts'

/**
 * Writes the order and marks its checkout as confirmed, in one statement. Writes nothing, and says so, when the
 * checkout was moved by somebody else since it was read.
 */
export async function insertOrder(
  tx: Tx,
  order: Order,
  checkout: Checkout,
  wakeAt: Date | null,
): Promise<boolean> {
  const { columns, details } = split(order)
  const inserted = await tx.run`
    with confirmed as (
      update checkouts set step = 'confirmed', order_id = ${order.id}, order_number = ${order.number},
        captured = ${order.captured}, payment = null, cart_key = ${checkout.draft.cartState},
        steps = ${json(checkout.steps)}, waits_for = null, since = ${order.placedAt}, resumes = 0,
        wake_at = ${wakeAt}, version = version + 1
      where id = ${checkout.id} and version = ${checkout.version} returning id)
    insert into orders (id, number, checkout_id, cart_id, owner_id, email, status, payment_status,
      fulfilment_status, currency, total, captured, refunded, lines, details, timeline, placed_at, version)
    select ${columns.id}, ${columns.number}, id, ${checkout.draft.cartId}, ${columns.ownerId}, ${columns.email},
      ${columns.status}, ${columns.paymentStatus}, ${columns.fulfilmentStatus}, ${columns.currency},
      ${columns.total}, ${columns.captured}, ${columns.refunded}, ${json(columns.lines)}, ${json(details)},
      ${json(columns.timeline)}, ${columns.placedAt}, ${columns.version}
    from confirmed`
  return inserted === 1
}

export async function readOrder(queries: Queries, whose: Whose, id: string): Promise<Order> {
  return demand(await queries.row<Row>`select ${rowColumns} from orders where id = ${id}`, whose)
}

/** Reads the order and keeps others from changing it. Checks the version that the caller has seen, if any. */
export async function lockOrder(
  tx: Tx,
  id: string,
  { whose, expectedVersion }: { whose: Whose; expectedVersion?: number },
): Promise<Order> {
  const row = await tx.row<Row>`select ${rowColumns} from orders where id = ${id} for update`
  const order = demand(row, whose)
  if (expectedVersion !== undefined && expectedVersion !== order.version) {
    const { version: currentVersion } = order
    throw versionConflict('The order has changed. Read it again.', { currentVersion })
  }
  return order
}

/** Locks orders by their own or their checkouts' ids, always in one sequence, so that nobody waits in a circle. */
export async function lockOrders(tx: Tx, ids: readonly string[]): Promise<Order[]> {
  const rows = await tx.rows<Row>`
    select ${rowColumns} from orders where checkout_id = any(${ids}) or id = any(${ids})
    order by id for update`
  return rows.map(orderOf)
}

/** Writes what can change of locked orders, all in one statement. `saveOrders` also says it. */
export async function updateOrders(tx: Tx, orders: readonly Order[]): Promise<void> {
  if (orders.length === 0) return
  await tx.run`
    update orders o set status = n.status, payment_status = n."paymentStatus",
      fulfilment_status = n."fulfilmentStatus", captured = n.captured, refunded = n.refunded, lines = n.lines,
      fulfilments = n.fulfilments, refunds = n.refunds, timeline = n.timeline,
      cancelled_at = n."cancelledAt", cancel_reason = n."cancelReason", version = n.version
    from jsonb_to_recordset(${json(orders.map(changeable))}) as n(id text, status text, "paymentStatus" text,
      "fulfilmentStatus" text, captured bigint, refunded bigint, lines jsonb, fulfilments jsonb, refunds jsonb,
      timeline jsonb, "cancelledAt" timestamptz, "cancelReason" text, version bigint)
    where o.id = n.id`
}

export interface Listing {
  readonly whose: Whose
  readonly ids?: readonly string[]
  readonly status?: Order['status']
  readonly paymentStatus?: Order['paymentStatus']
  readonly fulfilmentStatus?: Order['fulfilmentStatus']
  readonly email?: string
  readonly ownerId?: string
  readonly number?: string
  readonly after?: { readonly placedAt: string; readonly id: string }
  readonly limit: number
}

/** The newest orders first, one more than asked for, to see whether there is another page. */
export async function listRows(queries: Queries, { whose, limit, ...listing }: Listing): Promise<Order[]> {
  const newest = sql`order by placed_at desc, id desc limit ${limit + 1}`
  const filter = filterOf(listing)
  if (whose === 'everyone') {
    const rows = await queries.rows<Row>`select ${rowColumns} from orders where ${filter} ${newest}`
    return rows.map(orderOf)
  }
  // Owner by owner, so that each part is read from the index in order and stops at the limit.
  const rows = await queries.rows<Row>`
    select o.* from unnest(${whose}::text[]) as w(owner) cross join lateral (
      select ${rowColumns} from orders where owner_id = w.owner and ${filter} ${newest}) o ${newest}`
  return rows.map(orderOf)
}

/** For those who know both the number and the address it was confirmed to. */
export async function findOrderRow(
  queries: Queries,
  number: string,
  email: string,
): Promise<Order | undefined> {
  const row = await queries.row<Row>`
    select ${rowColumns} from orders where number = ${number} and lower(email) = lower(${email})`
  return row && orderOf(row)
}

/** What a guest bought is the customer's. Answers with the orders as they are then. */
export async function giveOrders(tx: Tx, guestId: string, customerId: string): Promise<Order[]> {
  const rows = await tx.rows<Row>`
    update orders set owner_id = ${customerId}, version = version + 1 where owner_id = ${guestId}
    returning ${rowColumns}`
  return rows.map(orderOf)
}

type Details = Pick<
  Order,
  | 'coupons'
  | 'subtotal'
  | 'discount'
  | 'deliveryName'
  | 'deliveryEarliest'
  | 'deliveryLatest'
  | 'deliveryTotal'
  | 'tax'
  | 'shippingAddress'
  | 'billingAddress'
  | 'note'
>

interface Row extends Omit<Order, keyof Details | 'cancelledAt' | 'cancelReason'> {
  readonly details: Details
  readonly cancelledAt: string | null
  readonly cancelReason: string | null
}

const rowColumns = sql`
  id, number, checkout_id, owner_id, email, status, payment_status, fulfilment_status, currency, total, captured,
  refunded, lines, details, fulfilments, refunds, timeline, placed_at, cancelled_at, cancel_reason, version`

function orderOf({ details, cancelledAt, cancelReason, ...rest }: Row): Order {
  return { ...rest, ...details, ...(cancelledAt && { cancelledAt }), ...(cancelReason && { cancelReason }) }
}

/** What never changes and is never searched for is one column. */
function split(order: Order) {
  const { coupons, subtotal, discount, deliveryName, deliveryEarliest, deliveryLatest, ...others } = order
  const { deliveryTotal, tax, shippingAddress, billingAddress, note, ...columns } = others
  const details: Details = {
    coupons,
    subtotal,
    discount,
    deliveryName,
    deliveryEarliest,
    deliveryLatest,
    deliveryTotal,
    tax,
    shippingAddress,
    billingAddress,
    note,
  }
  return { columns, details }
}

/** What `updateOrders` writes; the rest need not travel. */
function changeable(order: Order): Partial<Order> {
  const { id, status, paymentStatus, fulfilmentStatus, captured, refunded, lines, fulfilments } = order
  const { refunds, timeline, cancelledAt, cancelReason, version } = order
  const statuses = { status, paymentStatus, fulfilmentStatus }
  const lists = { lines, fulfilments, refunds, timeline }
  return { id, ...statuses, captured, refunded, ...lists, cancelledAt, cancelReason, version }
}

function demand(row: Row | undefined, whose: Whose): Order {
  if (!row || !owns(whose, row.ownerId)) throw notFound('There is no such order.')
  return orderOf(row)
}

function filterOf(listing: Omit<Listing, 'whose' | 'limit'>): Sql {
  const { ids, status, paymentStatus, fulfilmentStatus, email, ownerId, number, after } = listing
  return sql`true
    ${ids ? sql`and id = any(${ids})` : sql``}
    ${status ? sql`and status = ${status}` : sql``}
    ${paymentStatus ? sql`and payment_status = ${paymentStatus}` : sql``}
    ${fulfilmentStatus ? sql`and fulfilment_status = ${fulfilmentStatus}` : sql``}
    ${email ? sql`and lower(email) = lower(${email})` : sql``}
    ${ownerId ? sql`and owner_id = ${ownerId}` : sql``}
    ${number ? sql`and number = ${number}` : sql``}
    ${after ? sql`and (placed_at, id) < (${after.placedAt}, ${after.id})` : sql``}`
}
