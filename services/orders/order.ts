import type { Order } from './contract.ts'

/** What is known of an order before it is paid. It never changes after. */
export type Draft = Pick<
  Order,
  | 'email'
  | 'currency'
  | 'lines'
  | 'coupons'
  | 'subtotal'
  | 'discount'
  | 'deliveryName'
  | 'deliveryEarliest'
  | 'deliveryLatest'
  | 'deliveryTotal'
  | 'tax'
  | 'total'
  | 'shippingAddress'
  | 'billingAddress'
  | 'note'
> & {
  readonly cartId: string
  /** Tells one state of the cart from every other: what is bought once in it is not bought again. */
  readonly cartState: string
}

export interface Placing {
  readonly id: string
  readonly number: string
  readonly checkoutId: string
  readonly ownerId: string
  readonly captured: number
  readonly at: string
}

export function placeOrder(
  { cartId: _cartId, cartState: _cartState, ...draft }: Draft,
  { at, ...placing }: Placing,
): Order {
  const order: Order = {
    ...draft,
    ...placing,
    status: 'processing',
    paymentStatus: 'authorized',
    fulfilmentStatus: 'none',
    refunded: 0,
    fulfilments: [],
    refunds: [],
    timeline: [{ at, what: 'Order placed' }],
    placedAt: at,
    version: 1,
  }
  return { ...order, ...statusesOf(order) }
}

type Facts = Partial<
  Pick<
    Order,
    'captured' | 'refunded' | 'lines' | 'fulfilments' | 'refunds' | 'cancelledAt' | 'cancelReason'
  > & { paymentStatus: 'voided' }
>

/** The order with new facts: one version later, its statuses derived anew, what happened noted in plain words. */
export function changeOrder(order: Order, facts: Facts, at: string, what: string): Order {
  const next = { ...order, ...facts }
  return {
    ...next,
    ...statusesOf(next),
    timeline: inTime([...order.timeline, { at, what }]),
    version: order.version + 1,
  }
}

/** What is heard late stands where it happened. */
function inTime(timeline: Order['timeline']): Order['timeline'] {
  return timeline.sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

/** Statuses are never set by hand: they follow from what was captured, refunded, packed, shipped, delivered. */
export function statusesOf(order: Order): Pick<Order, 'status' | 'paymentStatus' | 'fulfilmentStatus'> {
  const fulfilmentStatus = fulfilmentStatusOf(order)
  return {
    status: statusOf(order, fulfilmentStatus),
    paymentStatus: paymentStatusOf(order),
    fulfilmentStatus,
  }
}

/** What can still be given back: captured, not refunded, and not asked to be refunded. */
export function refundableOf({ captured, refunded, refunds, cancelledAt }: Order): number {
  // All money of a cancelled order is on its way back already.
  if (cancelledAt) return 0
  const pending = refunds.filter(({ status }) => status === 'requested')
  return Math.max(
    0,
    pending.reduce((left, { amount }) => left - amount, captured - refunded),
  )
}

function paymentStatusOf({ total, captured, refunded, paymentStatus }: Order): Order['paymentStatus'] {
  if (total === 0) return 'paid'
  if (captured === 0) return paymentStatus === 'voided' ? 'voided' : 'authorized'
  if (refunded === 0) return 'paid'
  return refunded < captured ? 'partially-refunded' : 'refunded'
}

function fulfilmentStatusOf({ lines, fulfilments }: Order): Order['fulfilmentStatus'] {
  if (fulfilments.length === 0) return 'none'
  if (lines.some(({ fulfilled, quantity }) => fulfilled < quantity)) return 'partial'
  if (fulfilments.every(({ status }) => status === 'delivered')) return 'delivered'
  return fulfilments.some(({ status }) => status === 'packed') ? 'packed' : 'shipped'
}

/** In the customer's words. With a part still here, the order is being worked on. */
function statusOf({ cancelledAt }: Order, fulfilment: Order['fulfilmentStatus']): Order['status'] {
  if (cancelledAt) return 'cancelled'
  return fulfilment === 'shipped' || fulfilment === 'delivered' ? fulfilment : 'processing'
}
