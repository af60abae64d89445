import type { Checkout } from '@rialto/orders/contract'
import type { Pressed } from './press.ts'

/** What people were told in the storm; afterwards it must be what the databases say. */
export interface Told {
  readonly purchases: Purchase[]
  readonly cancellations: Cancellation[]
  readonly refunds: Refund[]
  readonly shipments: Shipment[]
  readonly restocks: Restock[]
}

/** One press of the pay button. */
export interface Purchase {
  /** Everybody has an address of their own, by which their orders are found. */
  readonly email: string
  readonly card: string
  /** Presses the same button again, under the same key. */
  readonly pay: () => Promise<Checkout>
  /** The first answer that says how it stands, and the milliseconds from the press. */
  first?: Heard
  /** The first one that is not `running`. */
  decided?: Heard
  /** What was said last. */
  last?: Answer
  /** What was heard instead of an answer. */
  instead?: string
}

export interface Heard {
  readonly answer: Answer
  readonly afterMs: number
}

export type Answer =
  | {
      readonly kind: 'confirmed'
      readonly checkoutId: string
      readonly orderId: string
      readonly total: number
    }
  | { readonly kind: 'action-required'; readonly checkoutId: string; readonly redirectUrl: string }
  | { readonly kind: 'running'; readonly checkoutId: string }
  | { readonly kind: 'refused'; readonly code: string }

/** `done`: the shop said so. `refused`: it said that nothing was done. Else nobody was told anything. */
export type Word = 'done' | 'refused' | 'none'

export interface Cancellation {
  readonly orderId: string
  readonly word: Word
}

export interface Refund {
  readonly orderId: string
  /** Tells this press from all others. */
  readonly reason: string
  readonly amount: number
  readonly word: Word
}

export interface Shipment {
  readonly orderId: string
  /** Tells this press from all others. */
  readonly trackingNumber: string
  readonly word: Word
}

export interface Restock {
  readonly variantId: string
  readonly quantity: number
  /** Tells this press from all others. */
  readonly reason: string
  readonly word: Word
}

export function nothingTold(): Told {
  return { purchases: [], cancellations: [], refunds: [], shipments: [], restocks: [] }
}

/** Notes what came of a press of the pay button, or of asking after it. */
export function noteAnswer(purchase: Purchase, pressed: Pressed<Checkout>, afterMs: number): void {
  if (pressed.kind === 'unanswered') {
    purchase.instead = pressed.last
    return
  }
  const answer: Answer =
    pressed.kind === 'answered' ? answerOf(pressed.answer) : { kind: 'refused', code: pressed.problem.code }
  purchase.first ??= { answer, afterMs }
  if (answer.kind !== 'running') purchase.decided ??= { answer, afterMs }
  purchase.last = answer
}

export function wordOf({ kind }: Pressed<unknown>): Word {
  if (kind === 'answered') return 'done'
  return kind === 'refused' ? 'refused' : 'none'
}

function answerOf({ id, status, orderId = '', redirectUrl = '', failure, total }: Checkout): Answer {
  switch (status) {
    case 'confirmed':
      return { kind: 'confirmed', checkoutId: id, orderId, total: total.amount }
    case 'failed':
      return { kind: 'refused', code: failure?.code ?? 'unknown' }
    case 'action-required':
      return { kind: 'action-required', checkoutId: id, redirectUrl }
    default:
      return { kind: 'running', checkoutId: id }
  }
}
