import type { Queries } from '@rialto/kit/database'

/** What the databases of the services say; the checker compares it across them. */
export interface Facts {
  readonly checkouts: readonly Checkout[]
  readonly orders: readonly Order[]
  readonly sagas: readonly Saga[]
  readonly payments: readonly Payment[]
  readonly refunds: readonly Refund[]
  readonly ledger: readonly LedgerSum[]
  readonly stock: readonly Stock[]
  readonly movements: readonly MovementSum[]
  readonly receipts: readonly Receipt[]
  readonly soldByCheckout: readonly Sold[]
  readonly reservations: readonly Reservation[]
  readonly mails: readonly Mail[]
  readonly waiting: readonly Waiting[]
  readonly heard: readonly Heard[]
  readonly popularity: readonly Popularity[]
  readonly redemptions: readonly Redemption[]
  readonly promotions: readonly Promotion[]
}

export interface Checkout {
  readonly id: string
  readonly step: string
  readonly orderId: string | null
  readonly total: number
}

export interface Order {
  readonly id: string
  readonly number: string
  readonly checkoutId: string
  readonly email: string
  readonly currency: string
  readonly total: number
  readonly captured: number
  readonly refunded: number
  readonly cancelled: boolean
  readonly delivered: boolean
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[]
  readonly refunds: readonly OrderRefund[]
  readonly fulfilments: readonly Fulfilment[]
}

/** As the order tells of it. */
export interface OrderRefund {
  readonly id: string
  readonly amount: number
  readonly reason: string
  readonly status: string
}

export interface Fulfilment {
  readonly id: string
  readonly status: string
  readonly trackingNumber?: string
}

/** A cancellation or a refund. */
export interface Saga {
  readonly id: string
  readonly kind: string
  readonly step: string
}

export interface Payment {
  readonly id: string
  readonly checkoutId: string
  readonly status: string
  readonly amount: number
  readonly currency: string
  readonly captured: number
  readonly refunded: number
}

export interface Refund {
  readonly id: string
  readonly paymentId: string
  readonly amount: number
  readonly status: string
}

/** Entries of one posting and currency added up, or of one payment and account. */
export interface LedgerSum {
  readonly paymentId: string
  readonly posting: string
  readonly account: string
  readonly currency: string
  readonly debit: number
  readonly credit: number
}

export interface Stock {
  readonly variantId: string
  readonly tracked: boolean
  readonly backorder: boolean
  readonly free: number
  readonly reserved: number
  readonly sold: number
  readonly received: number
}

export interface MovementSum {
  readonly variantId: string
  readonly kind: string
  readonly quantity: number
}

/** Goods that staff booked in. */
export interface Receipt {
  readonly variantId: string
  readonly quantity: number
  readonly reason: string | null
}

/** Units that left the stock for a checkout, less those that came back. */
export interface Sold {
  readonly checkoutId: string
  readonly variantId: string
  readonly quantity: number
}

export interface Reservation {
  readonly checkoutId: string
  readonly status: string
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[]
}

export interface Mail {
  readonly recipient: string
  readonly template: string
  /** The order, refund or parcel. */
  readonly about: string
  readonly status: string
  readonly subject: string
}

/** Messages of one service that are not through. */
export interface Waiting {
  readonly service: string
  readonly where: 'outbox' | 'inbox' | 'dead letters'
  readonly name: string
  readonly count: number
}

/** How often a service has heard of an order that was placed or cancelled. */
export interface Heard {
  readonly service: string
  readonly name: string
  readonly aggregateId: string
  readonly count: number
}

/** Units sold of a variant as search knows them, counted or noted. */
export interface Popularity {
  readonly variantId: string
  readonly sold: number
}

/** A use of a coupon that was not given back. */
export interface Redemption {
  readonly checkoutId: string
  readonly promotionId: string
}

export interface Promotion {
  readonly id: string
  readonly used: number
}

/** The databases by the names of their services. */
export type Databases = Readonly<Record<string, Queries>>

export async function readFacts(databases: Databases): Promise<Facts> {
  const { orders, payments, inventory, notifications, search, pricing } = databases
  if (!orders || !payments || !inventory || !notifications || !search || !pricing)
    throw new Error('A database is missing.')
  // Later facts first: what goes on meanwhile can then look unfinished, but never wrong.
  const heard = await Promise.all(Object.entries(databases).map(([name, one]) => readHeard(name, one)))
  const [mails, popularity] = await Promise.all([readMails(notifications), readPopularity(search)])
  const [redemptions, promotions] = await readCoupons(pricing)
  const [stock, movements, receipts, soldByCheckout, reservations] = await readStock(inventory)
  const [paid, refunds, ledger] = await readPayments(payments)
  const [checkouts, placed, sagas] = await readOrders(orders)
  const waiting = await Promise.all(Object.entries(databases).map(([name, one]) => readWaiting(name, one)))
  return {
    checkouts,
    orders: placed,
    sagas,
    payments: paid,
    refunds,
    ledger,
    stock,
    movements,
    receipts,
    soldByCheckout,
    reservations,
    mails,
    waiting: waiting.flat(),
    heard: heard.flat(),
    popularity,
    redemptions,
    promotions,
  }
}

function readOrders(orders: Queries) {
  return Promise.all([
    orders.rows<Checkout>`
      select id, step, order_id, (draft->>'total')::bigint as total from checkouts`,
    orders.rows<Order>`
      select id, number, checkout_id, email, currency, total, captured, refunded, lines, refunds, fulfilments,
        cancelled_at is not null as cancelled, fulfilment_status = 'delivered' as delivered from orders`,
    orders.rows<Saga>`select id, kind, step from sagas`,
  ])
}

/** A payment of no gateway is the note that a checkout was given up before it came to pay. */
function readPayments(payments: Queries) {
  return Promise.all([
    payments.rows<Payment>`
      select id, checkout_id, status, amount, currency, captured, refunded from payments where gateway <> ''`,
    payments.rows<Refund>`select id, payment_id, amount, status from refunds`,
    payments.rows<LedgerSum>`
      select payment_id, posting, account, currency, sum(debit)::bigint as debit, sum(credit)::bigint as credit
      from ledger_entries group by payment_id, posting, account, currency`,
  ])
}

function readStock(inventory: Queries) {
  return Promise.all([
    inventory.rows<Stock>`
      select variant_id, tracked, backorder, free, reserved, sold, received from stock`,
    inventory.rows<MovementSum>`
      select variant_id, kind, sum(quantity)::bigint as quantity from movements group by variant_id, kind`,
    inventory.rows<Receipt>`select variant_id, quantity, reason from movements where kind = 'receive'`,
    inventory.rows<Sold>`
      select reference as checkout_id, variant_id,
        sum(case kind when 'commit' then quantity else -quantity end)::bigint as quantity
      from movements where kind in ('commit', 'return') and reference is not null
      group by reference, variant_id`,
    inventory.rows<Reservation>`select checkout_id, status, lines from reservations`,
  ])
}

function readMails(notifications: Queries) {
  return notifications.rows<Mail>`
    select recipient, template, about, status, subject from deliveries`
}

function readPopularity(search: Queries) {
  return search.rows<Popularity>`
    select variant_id, sum(sold)::bigint as sold
    from (select variant_id, sold from variants union all select variant_id, quantity from sales) as counted
    group by variant_id`
}

function readCoupons(pricing: Queries) {
  return Promise.all([
    pricing.rows<Redemption>`select checkout_id, promotion_id from redemptions where not released`,
    pricing.rows<Promotion>`select id, used from promotions`,
  ])
}

function readHeard(service: string, database: Queries): Promise<Heard[]> {
  return database.rows<Heard>`
    select ${service}::text as service, name, aggregate_id, count(*)::int as count from rialto.inbox
    where kind = 'event' and name in ('order.placed', 'order.cancelled') and state = 'done'
    group by name, aggregate_id`
}

/** Jobs may wait for their time; events may not wait, except for a moment. */
function readWaiting(service: string, database: Queries): Promise<Waiting[]> {
  return database.rows<Waiting>`
    select ${service}::text as service, 'outbox' as "where", name, count(*)::int as count
      from rialto.outbox group by name
    union all
    select ${service}::text, case state when 'dead' then 'dead letters' else 'inbox' end, name, count(*)::int
      from rialto.inbox where state = 'dead' or (state = 'waiting' and kind = 'event') group by state, name`
}
