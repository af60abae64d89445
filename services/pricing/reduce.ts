import { allocate, percentOf, share } from '@rialto/kit/money'
import type { Static } from '@rialto/kit/schema'
import type { Adjustment, Promotion } from './contract.ts'
import {
  byPriority,
  eligible,
  type Obstacle,
  type Offer,
  type OfferedLine,
  obstacle,
  type Situation,
} from './promotion.ts'

/** Something with a price that promotions take from: `left` is what the reductions so far have left. */
export interface Reducible {
  left: number
  readonly adjustments: Static<typeof Adjustment>[]
}

export interface ReducibleLine extends OfferedLine, Reducible {
  readonly unitPrice: number
}

export interface Verdict {
  readonly offer: Offer
  /** Absent: the promotion applies. */
  readonly obstacle?: Obstacle
}

/**
 * Takes all promotions that apply from the lines and the delivery, in order of their priority, each from what
 * those before have left. An exclusive one applies only as the first and keeps all others out.
 * Returns for every promotion whether it applied, in that order.
 */
export function reduceAll(
  offers: readonly Offer[],
  lines: readonly ReducibleLine[],
  delivery: Reducible | undefined,
  situation: Situation,
): Verdict[] {
  let exclusive: Offer | undefined
  let last: Offer | undefined
  return offers.toSorted(byPriority).map((offer): Verdict => {
    const mine = eligible(offer, lines)
    const stopped = obstacle(offer, mine, situation)
    const rival = exclusive ?? (offer.exclusive ? last : undefined)
    if (stopped) return { offer, obstacle: rival && isShort(stopped) ? notWith(rival) : stopped }
    if (rival) return { offer, obstacle: notWith(rival) }
    const idle = reduce(offer, mine, delivery)
    if (idle) return { offer, obstacle: idle }
    last = offer
    if (offer.exclusive) exclusive = offer
    return { offer }
  })
}

/** To buy more would not help where another promotion rules this one out. */
function isShort({ kind }: Obstacle): boolean {
  return kind === 'subtotal' || kind === 'quantity'
}

function notWith({ label }: Offer): Obstacle {
  return { kind: 'not-combinable', label }
}

function reduce(
  offer: Offer,
  lines: readonly ReducibleLine[],
  delivery: Reducible | undefined,
): Obstacle | undefined {
  if (offer.action.kind === 'free-delivery') return freeDelivery(offer, delivery)
  const amounts = reductions(offer.action, lines)
  if (amounts.every((amount) => amount === 0)) return { kind: 'nothing-left' }
  lines.forEach((line, index) => {
    take(offer, line, amounts[index] ?? 0)
  })
  return undefined
}

/** Before a delivery is chosen the promise of free delivery stands, though there is nothing to take it from. */
function freeDelivery(offer: Offer, delivery: Reducible | undefined): Obstacle | undefined {
  if (delivery && delivery.left === 0) return { kind: 'delivery-free' }
  if (delivery) take(offer, delivery, delivery.left)
  return undefined
}

function take({ id, label }: Promotion, from: Reducible, amount: number): void {
  if (amount === 0) return
  from.left -= amount
  from.adjustments.push({ promotionId: id, label, amount: -amount })
}

/** How much each line is reduced; never more than it has left. */
function reductions(
  action: Exclude<Promotion['action'], { kind: 'free-delivery' }>,
  lines: readonly ReducibleLine[],
): number[] {
  switch (action.kind) {
    case 'percent':
      return lines.map(({ left }) => percentOf(left, action.percent))
    case 'fixed': {
      const weights = lines.map(({ left }) => left)
      const all = weights.reduce((sum, weight) => sum + weight, 0)
      return allocate(Math.min(action.amount.amount, all), weights)
    }
    case 'buy-x-get-y':
      return freeUnits(action, lines).map((units, index) => {
        const { left, quantity } = lines[index] as ReducibleLine
        return share(left, units, quantity)
      })
  }
}

/** The cheapest units are the free ones: of every `buy + get`, `get`. */
function freeUnits({ buy, get }: { buy: number; get: number }, lines: readonly ReducibleLine[]): number[] {
  const quantity = lines.reduce((sum, line) => sum + line.quantity, 0)
  const rest = quantity % (buy + get)
  let free = Math.floor(quantity / (buy + get)) * get + Math.max(0, rest - buy)
  const units = lines.map(() => 0)
  const cheapestFirst = [...lines.keys()].sort(
    (a, b) => (lines[a]?.unitPrice ?? 0) - (lines[b]?.unitPrice ?? 0),
  )
  for (const index of cheapestFirst) {
    units[index] = Math.min(free, lines[index]?.quantity ?? 0)
    free -= units[index]
  }
  return units
}
