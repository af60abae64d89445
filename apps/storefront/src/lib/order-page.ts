import { type Order, orders } from '@rialto/orders/contract'
import type { TotalRow } from './cart-page.ts'
import { type Fields, type Refusal, refuse } from './problems.ts'
import { deliveryDays, price } from './words.ts'

export const statusWords: Record<Order['status'], string> = {
  processing: 'Processing',
  shipped: 'On its way',
  delivered: 'Delivered',
  cancelled: 'Cancelled',
}

export const paymentWords: Record<Order['paymentStatus'], string> = {
  authorized: 'Payment approved',
  paid: 'Paid',
  'partially-refunded': 'Partly refunded',
  refunded: 'Refunded',
  voided: 'Not charged',
}

export interface Step {
  readonly name: string
  readonly icon: 'box' | 'truck' | 'home'
  readonly isDone: boolean
  readonly isNow: boolean
}

const steps = [
  { status: 'processing', name: 'Processing', icon: 'box' },
  { status: 'shipped', name: 'On its way', icon: 'truck' },
  { status: 'delivered', name: 'Delivered', icon: 'home' },
] as const

/** The way of an order in three steps; none once it is cancelled. */
export function trackerOf(status: Order['status']): Step[] {
  const now = steps.findIndex((step) => step.status === status)
  if (now === -1) return []
  return steps.map(({ name, icon }, index) => ({ name, icon, isDone: index <= now, isNow: index === now }))
}

/** Shoppers may cancel until something is packed. */
export function canCancel({ status, fulfilments }: Order): boolean {
  return status === 'processing' && fulfilments.length === 0
}

/** Whether more can still happen, so that the page keeps asking. */
export function isOpen({ status, refunds }: Order): boolean {
  return (
    status === 'processing' || status === 'shipped' || refunds.some((refund) => refund.status === 'requested')
  )
}

export function promiseOf({ status, deliveryEarliest, deliveryLatest }: Order): string | undefined {
  if (status === 'cancelled' || status === 'delivered' || !deliveryEarliest || !deliveryLatest)
    return undefined
  return deliveryDays(deliveryEarliest, deliveryLatest)
}

export function orderTotals(order: Order): TotalRow[] {
  const money = (amount: number) => price(amount, order.currency)
  const rows: TotalRow[] = [{ label: 'Subtotal', amount: money(order.subtotal) }]
  if (order.discount < 0) {
    const label = order.coupons.length > 0 ? `Reductions (${order.coupons.join(', ')})` : 'Reductions'
    rows.push({ label, amount: money(order.discount), kind: 'less' })
  }
  if (order.deliveryName)
    rows.push({
      label: order.deliveryName,
      amount: order.deliveryTotal === 0 ? 'Free' : money(order.deliveryTotal),
    })
  rows.push({ label: 'Total', amount: money(order.total), kind: 'grand' })
  if (order.tax > 0) rows.push({ label: 'Tax, part of the total', amount: money(order.tax), kind: 'tax' })
  if (order.refunded > 0) rows.push({ label: 'Refunded', amount: money(order.refunded), kind: 'less' })
  return rows
}

export async function actOnOrder(
  { call }: App.Locals,
  id: string,
  fields: Fields,
): Promise<string | Refusal> {
  if (fields.intent !== 'cancel') return refuse(fields, {}, 'This form is not known. Please try again.')
  const { reason } = fields
  await call(orders.cancelOrder, { id, ...(reason && { reason }) })
  return `/orders/${id}`
}
