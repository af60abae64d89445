import { conflict, notFound } from '@rialto/kit/problem'
import { type Fulfilment, notCancellable, type Order } from './contract.ts'
import { changeOrder } from './order.ts'

export interface Portion {
  readonly lineId: string
  readonly quantity: number
}

/** Packs the given portions, or all that is left. Never more than is left. */
export function pack(
  order: Order,
  wanted: readonly Portion[] | undefined,
  made: { id: string; at: string },
): Order {
  if (order.cancelledAt) throw conflict('The order was cancelled. Nothing of it may be packed.')
  const portions = wanted ? merge(wanted) : leftOf(order)
  if (portions.size === 0) throw conflict('All of the order is packed already.')
  for (const [lineId, quantity] of portions) demandLeft(order, lineId, quantity)
  const lines = order.lines.map((line) => ({
    ...line,
    fulfilled: line.fulfilled + (portions.get(line.id) ?? 0),
  }))
  const fulfilment: Fulfilment = {
    id: made.id,
    status: 'packed',
    lines: [...portions].map(([lineId, quantity]) => ({ lineId, quantity })),
    packedAt: made.at,
  }
  const items = fulfilment.lines.reduce((sum, { quantity }) => sum + quantity, 0)
  const fulfilments = [...order.fulfilments, fulfilment]
  return changeOrder(order, { lines, fulfilments }, made.at, `Packed ${countOf(items)}`)
}

export interface Handover {
  readonly carrier: string
  readonly trackingNumber: string
  readonly at: string
}

/** Hands a packed fulfilment to a carrier. Saying the same again changes nothing. */
export function ship(order: Order, fulfilmentId: string, { carrier, trackingNumber, at }: Handover): Order {
  const fulfilment = fulfilmentOf(order, fulfilmentId)
  const same = fulfilment.carrier === carrier && fulfilment.trackingNumber === trackingNumber
  if (fulfilment.status !== 'packed') {
    if (same) return order
    throw conflict(`It was shipped before, with ${fulfilment.carrier} as ${fulfilment.trackingNumber}.`)
  }
  if (order.cancelledAt) throw conflict('The order was cancelled. Put the goods back.')
  const shipped: Fulfilment = { ...fulfilment, status: 'shipped', carrier, trackingNumber, shippedAt: at }
  const what = `Shipped with ${carrier}, tracking number ${trackingNumber}`
  return changeOrder(order, { fulfilments: replaced(order, shipped) }, at, what)
}

/** Records that a shipped fulfilment arrived. A second message of it changes nothing. */
export function deliver(order: Order, fulfilmentId: string, at: string): Order {
  const fulfilment = fulfilmentOf(order, fulfilmentId)
  if (fulfilment.status === 'delivered') return order
  if (fulfilment.status === 'packed') throw conflict('It has to be shipped before it can arrive.')
  const delivered: Fulfilment = { ...fulfilment, status: 'delivered', deliveredAt: at }
  return changeOrder(order, { fulfilments: replaced(order, delivered) }, at, 'Delivered')
}

export interface Cancelling {
  readonly byStaff: boolean
  readonly reason?: string
  readonly at: string
}

/** Shoppers may cancel until something is packed, staff until something is shipped. */
export function cancel(order: Order, { byStaff, reason, at }: Cancelling): Order {
  if (order.cancelledAt) throw notCancellable('The order was cancelled before.')
  if (order.fulfilments.some(({ status }) => status !== 'packed')) {
    throw notCancellable('The order is on its way. It can be sent back once it has arrived.')
  }
  if (!byStaff && order.fulfilments.length > 0) {
    throw notCancellable('The order is packed already. Ask us, and we see what can be done.')
  }
  const what = `Cancelled${byStaff ? ' by the shop' : ''}${reason ? `: ${reason}` : ''}`
  return changeOrder(order, { cancelledAt: at, ...(reason && { cancelReason: reason }) }, at, what)
}

function fulfilmentOf(order: Order, id: string): Fulfilment {
  const fulfilment = order.fulfilments.find((one) => one.id === id)
  if (!fulfilment) throw notFound('The order has no such fulfilment.')
  return fulfilment
}

function replaced(order: Order, fulfilment: Fulfilment): Fulfilment[] {
  return order.fulfilments.map((one) => (one.id === fulfilment.id ? fulfilment : one))
}

function merge(portions: readonly Portion[]): Map<string, number> {
  const merged = new Map<string, number>()
  for (const { lineId, quantity } of portions) merged.set(lineId, (merged.get(lineId) ?? 0) + quantity)
  return merged
}

function leftOf({ lines }: Order): Map<string, number> {
  const open = lines.filter(({ fulfilled, quantity }) => fulfilled < quantity)
  return new Map(open.map(({ id, quantity, fulfilled }) => [id, quantity - fulfilled]))
}

function demandLeft({ lines }: Order, lineId: string, quantity: number): void {
  const line = lines.find(({ id }) => id === lineId)
  if (!line) throw notFound(`The order has no line ${lineId}.`)
  const left = line.quantity - line.fulfilled
  if (quantity > left) throw conflict(`Only ${left} of ${line.title} are left to pack, not ${quantity}.`)
}

function countOf(items: number): string {
  return items === 1 ? '1 item' : `${items} items`
}
