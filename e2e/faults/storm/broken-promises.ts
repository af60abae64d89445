import type { Facts, Order } from '../../facts.ts'
import { grouped } from '../../invariant.ts'
import type { Cancellation, Purchase, Refund, Restock, Shipment, Told, Word } from './told.ts'

/** Where the databases do not say what people were told, in words. */
export function brokenPromises(told: Told, facts: Facts): string[] {
  const orders = new Map(facts.orders.map((order) => [order.id, order]))
  const byEmail = grouped(facts.orders, ({ email }) => email)
  return [
    ...[...grouped(told.purchases, ({ email }) => email)].flatMap(([email, own]) =>
      brokenToBuyer(email, own, byEmail.get(email) ?? []),
    ),
    ...told.cancellations.flatMap((cancellation) => brokenCancellation(cancellation, orders)),
    ...told.refunds.flatMap((refund) => brokenRefund(refund, orders, facts)),
    ...told.shipments.flatMap((shipment) => brokenShipment(shipment, orders)),
    ...brokenRestocks(told.restocks, facts),
  ]
}

/** All presses of one shopper together: two windows may have been told of the one order. */
function brokenToBuyer(email: string, presses: readonly Purchase[], own: readonly Order[]): string[] {
  const promised = new Map(
    presses.flatMap(({ last }) => (last?.kind === 'confirmed' ? [[last.orderId, last.total] as const] : [])),
  )
  const missing = [...promised].filter(
    ([id, total]) => !own.some((order) => order.id === id && order.total === total),
  )
  const surprising = own.filter(({ id }) => !promised.has(id))
  const undecided = presses.filter(({ last }) => last === undefined || last.kind === 'running')
  return [
    ...presses.flatMap(({ last, instead }) =>
      last === undefined ? [`${email} pressed and was never answered, even after the storm: ${instead}`] : [],
    ),
    ...missing.map(([id]) => `${email} was told of order ${id}, which is not there as told`),
    ...(surprising.length > undecided.length
      ? surprising.map(({ number }) => `${email} was told of no order, and has ${number}`)
      : []),
  ]
}

function brokenCancellation({ orderId, word }: Cancellation, orders: ReadonlyMap<string, Order>): string[] {
  const isCancelled = orders.get(orderId)?.cancelled ?? false
  if (word === 'none' || isCancelled === (word === 'done')) return []
  return [`the cancellation of ${orderId} was ${word}, the order is ${isCancelled ? '' : 'not '}cancelled`]
}

function brokenRefund(
  { orderId, reason, amount, word }: Refund,
  orders: ReadonlyMap<string, Order>,
  { refunds }: Facts,
): string[] {
  const order = orders.get(orderId)
  const noted = order?.refunds.filter((refund) => refund.reason === reason) ?? []
  const what = `the refund "${reason}" of ${orderId}`
  const [refund] = noted
  if (!isAsTold(word, noted.length)) return [`${what} was ${word}, and is there ${noted.length} times`]
  if (!refund) return []
  if (refund.amount !== amount) return [`${what} is of ${refund.amount}, not ${amount}`]
  // All of the money of a cancelled order goes back, so that nothing is left for a refund that comes later.
  if (refund.status === 'failed' && order?.cancelled) return []
  const paid = refunds.filter(({ id, status }) => id === refund.id && status === 'done')
  return refund.status === 'done' && paid.length === 1 && paid[0]?.amount === amount
    ? []
    : [`${what} is ${refund.status} in orders, and done ${paid.length} times in payments`]
}

function brokenShipment(
  { orderId, trackingNumber, word }: Shipment,
  orders: ReadonlyMap<string, Order>,
): string[] {
  const parcels =
    orders.get(orderId)?.fulfilments.filter((fulfilment) => fulfilment.trackingNumber === trackingNumber) ??
    []
  return isAsTold(word, parcels.length)
    ? []
    : [`the shipment ${trackingNumber} of ${orderId} was ${word}, and is there ${parcels.length} times`]
}

function brokenRestocks(restocks: readonly Restock[], { receipts }: Facts): string[] {
  const byReason = grouped(receipts, ({ reason }) => reason ?? '')
  return restocks.flatMap(({ variantId, quantity, reason, word }) => {
    const booked = (byReason.get(reason) ?? []).filter(
      (receipt) => receipt.variantId === variantId && receipt.quantity === quantity,
    )
    return isAsTold(word, booked.length)
      ? []
      : [`the receipt "${reason}" of ${variantId} was ${word}, and is there ${booked.length} times`]
  })
}

/** Done is there once, refused is not there, and of what nobody knows there is one at most. */
function isAsTold(word: Word, count: number): boolean {
  if (word === 'done') return count === 1
  return word === 'refused' ? count === 0 : count <= 1
}
