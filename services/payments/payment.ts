import type { Payment } from './contract.ts'
import type { Standing } from './gateway.ts'

// The life of a payment. Pure: what the gateway says and what the shop wants go in, what to do comes out.

export type Status = Payment['status']
/** What the shop wants of it. Moves to the right only: what is released is never captured again. */
export type Wanted = 'hold' | 'capture' | 'release'

export interface StoredPayment {
  readonly id: string
  readonly checkoutId: string
  readonly gateway: string
  readonly status: Status
  readonly wanted: Wanted
  readonly amount: number
  readonly currency: string
  readonly captured: number
  readonly refunded: number
  /** On its way back: asked of the gateway, not confirmed yet. */
  readonly refunding: number
  readonly declineReason: string | null
  readonly declineField: NonNullable<Payment['declineField']> | null
  readonly redirectUrl: string | null
  readonly askAt: string | null
  readonly createdAt: string
  readonly version: number
  /** Refunds that are neither done nor failed, oldest first. */
  readonly pending: readonly PendingRefund[]
}

export interface PendingRefund {
  readonly id: string
  readonly amount: number
  readonly currency: string
  readonly status: 'waiting' | 'sent'
  readonly giveBack: boolean
}

/** Which news of the gateway leads where. News that is not listed is late, and changes nothing. */
const transitions: { readonly [From in Status]: Partial<Record<Standing['kind'], Status>> } = {
  authorizing: {
    unknown: 'unknown',
    'action-required': 'action-required',
    authorized: 'authorized',
    declined: 'declined',
    captured: 'captured',
    voided: 'voided',
  },
  unknown: {
    'action-required': 'action-required',
    authorized: 'authorized',
    declined: 'declined',
    captured: 'captured',
    voided: 'voided',
  },
  'action-required': {
    authorized: 'authorized',
    declined: 'declined',
    captured: 'captured',
    voided: 'voided',
  },
  authorized: { captured: 'captured', voided: 'voided' },
  // A gateway that changes its mind holds money for a checkout that has failed: it is given back.
  declined: { authorized: 'authorized', captured: 'captured' },
  captured: {},
  'partially-refunded': {},
  refunded: {},
  voided: {},
}

/** The payment after news of the gateway; the very same object if the news changes nothing. */
export function apply(payment: StoredPayment, standing: Standing): StoredPayment {
  const status = transitions[payment.status][standing.kind]
  if (status === undefined) return payment
  return {
    ...payment,
    status,
    wanted: payment.status === 'declined' ? 'release' : payment.wanted,
    captured: status === 'captured' ? payment.amount : payment.captured,
    declineReason: standing.kind === 'declined' ? standing.reason : null,
    declineField: (standing.kind === 'declined' && standing.field) || null,
    redirectUrl: standing.kind === 'action-required' ? standing.redirectUrl : null,
  }
}

export type Step =
  | { readonly kind: 'ask' | 'capture' | 'void' | 'give-back' }
  | { readonly kind: 'refund'; readonly refund: PendingRefund }

/** What the payment needs next to become what the shop wants; undefined when there is nothing to do. */
export function nextStep(payment: StoredPayment, now: Date): Step | undefined {
  const { status, wanted, pending } = payment
  const released = wanted === 'release'
  if (isOpen(payment)) return { kind: released || isForgotten(payment, now) ? 'void' : 'ask' }
  if (status === 'authorized') {
    if (released) return { kind: 'void' }
    return wanted === 'capture' ? { kind: 'capture' } : undefined
  }
  if (pending[0]) return { kind: 'refund', refund: pending[0] }
  return released && refundable(payment) > 0 ? { kind: 'give-back' } : undefined
}

/**
 * What a person's word means for a payment whose gateway does not answer; undefined when nothing is in doubt.
 * Approved: the money is held, or charged where it was to be. Declined: nothing is held, nor ever will be.
 */
export function standingBy(
  { status, wanted }: StoredPayment,
  outcome: 'approved' | 'declined',
): Standing | undefined {
  const released = wanted === 'release'
  if (status === 'authorizing' || status === 'unknown') {
    if (outcome === 'approved') return { kind: 'authorized' }
    return released ? { kind: 'voided' } : { kind: 'declined', reason: 'The payment was declined.' }
  }
  if (status !== 'authorized' || wanted === 'hold') return undefined
  if (outcome === 'declined') return { kind: 'voided' }
  return released ? undefined : { kind: 'captured' }
}

/** Whether nothing is held or owed any more, of a payment that the shop wants gone. */
export function isGone(payment: StoredPayment): boolean {
  const { status, pending } = payment
  const free = status === 'declined' || status === 'voided' || refundable(payment) === 0
  return free && status !== 'authorized' && !isOpen(payment) && pending.length === 0
}

/** Whether it has to be taken up again at some time. */
export function isUnfinished(payment: StoredPayment, now: Date): boolean {
  return payment.pending.length > 0 || nextStep(payment, now) !== undefined
}

/** Whether it is not decided yet if the money is held. */
export function isOpen({ status }: StoredPayment): boolean {
  return status === 'authorizing' || status === 'unknown' || status === 'action-required'
}

export function refundable({ captured, refunded, refunding }: StoredPayment): number {
  return captured - refunded - refunding
}

/** Why a refund cannot be sent to the gateway, if so. */
export function refusal(payment: StoredPayment, refund: PendingRefund): string | undefined {
  if (refund.currency !== payment.currency) return `The payment was made in ${payment.currency}.`
  if (refund.amount === 0) return 'There is nothing to give back.'
  if (payment.captured === 0) return 'Nothing was charged.'
  if (refund.amount > refundable(payment)) return 'More than what was charged cannot be given back.'
  return undefined
}

/** Sets the amount aside, so that two refunds under way never exceed together what was captured. */
export function sendRefund(payment: StoredPayment, { amount }: PendingRefund): StoredPayment {
  return { ...payment, refunding: payment.refunding + amount }
}

export function finishRefund(payment: StoredPayment, refund: PendingRefund): StoredPayment {
  const refunded = payment.refunded + refund.amount
  return {
    ...payment,
    refunded,
    refunding: payment.refunding - refund.amount,
    status: refunded === payment.captured ? 'refunded' : 'partially-refunded',
    pending: without(payment, refund),
  }
}

export function failRefund(payment: StoredPayment, refund: PendingRefund): StoredPayment {
  const back = refund.status === 'sent' ? refund.amount : 0
  return { ...payment, refunding: payment.refunding - back, pending: without(payment, refund) }
}

/** A checkout that neither went on nor was given up within a day has been lost by whoever conducted it. */
const forgottenAfterMs = 24 * 3_600_000

function isForgotten({ status, createdAt }: StoredPayment, now: Date): boolean {
  return status === 'authorizing' && now.getTime() - Date.parse(createdAt) > forgottenAfterMs
}

function without({ pending }: StoredPayment, refund: PendingRefund): readonly PendingRefund[] {
  return pending.filter(({ id }) => id !== refund.id)
}
