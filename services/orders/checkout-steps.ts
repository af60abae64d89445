import type { Reply } from '@rialto/kit/contract'
import { format } from '@rialto/kit/money'
import { unavailable } from '@rialto/kit/problem'
import type { Payment, payments } from '@rialto/payments/contract'
import { paymentDeclined } from './contract.ts'
import { type Failure, failureOf } from './failure.ts'
import type { SagaStep, WaitsFor } from './saga-schemas.ts'
import { recordAttempt } from './step-record.ts'

/** Where a checkout stands: what is to be done next, or how it ended. */
export type Step = OpenStep | FinalStep
export type FinalStep = 'confirmed' | 'failed'
export type OpenStep =
  | 'reserve'
  | 'redeem'
  | 'authorize'
  /** The gateway did not say what became of the payment. */
  | 'ask'
  /** The shopper has to confirm the payment. */
  | 'act'
  /** Paid, but the goods are hardly held any longer: hold them again before there is an order. */
  | 'renew'
  | 'confirm'
  | 'undo'

/** What came of doing a step. */
export type Outcome =
  | {
      readonly kind: 'done'
      readonly reservedUntil?: string
      readonly captured?: number
      /** What an operator is told of it. */
      readonly note?: string
    }
  /** For a reason the shopper can act on. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** The peer did not answer; it may have done it all the same. `failure` is the reason, should that last. */
  | { readonly kind: 'away'; readonly failure: Failure }
  /** The gateway does not tell; or it refuses to give money back, and a person has to see to that. */
  | { readonly kind: 'unknown'; readonly note?: string; readonly waitsFor?: 'person' }
  | { readonly kind: 'action-required'; readonly redirectUrl?: string }
  /** The time for it is over. */
  | { readonly kind: 'lapsed' }

/** The life of a checkout. A step that leads to itself waits, until its patience ends in `undo`. */
export const transitions: {
  readonly [From in OpenStep]: { readonly [Kind in Outcome['kind']]?: Step }
} = {
  reserve: { done: 'redeem', refused: 'undo', away: 'reserve', lapsed: 'undo' },
  redeem: { done: 'authorize', refused: 'undo', away: 'redeem' },
  authorize: {
    done: 'confirm',
    refused: 'undo',
    unknown: 'ask',
    'action-required': 'act',
    away: 'authorize',
  },
  ask: { done: 'confirm', refused: 'undo', unknown: 'ask', 'action-required': 'act', away: 'ask' },
  act: { done: 'confirm', refused: 'undo', unknown: 'ask', 'action-required': 'act', away: 'act' },
  renew: { done: 'confirm', refused: 'undo', away: 'renew' },
  confirm: { done: 'confirmed', lapsed: 'renew' },
  undo: { done: 'failed', away: 'undo', unknown: 'undo' },
}

/** Steps that are written down. A checkout that dies at another one goes on from the last of these. */
export const keptSteps: ReadonlySet<Step> = new Set(['reserve', 'ask', 'act', 'undo', 'confirmed', 'failed'])

/** The part of a checkout that its steps change. */
export interface Progress {
  readonly step: Step
  readonly redirectUrl: string | null
  readonly failure: Failure | null
  readonly reservedUntil: string | null
  /** Minor units that are known to be captured already. */
  readonly captured: number
  readonly resumes: number
  readonly createdAt: string
  /** What an operator sees: what was done of each step, what it waits for, and since when. */
  readonly steps: readonly SagaStep[]
  readonly waitsFor: WaitsFor | null
  readonly since: string
}

/** How long goods are held, and how long the shopper has to confirm the payment. */
export const holdMs = 15 * 60_000
/** With less than this left, the hold is renewed before there is an order. */
const holdMarginMs = 10 * 60_000
/** How long a gateway may leave open what became of a payment. */
const askLimitMs = 24 * 3_600_000

/** Decides where an outcome leads. Pure: the same checkout, outcome and time give the same answer. */
export function advance<P extends Progress>(checkout: P, outcome: Outcome, now: Date): P {
  if (isFinal(checkout.step)) throw new Error(`A checkout that is ${checkout.step} goes no further`)
  const to = transitions[checkout.step][outcome.kind]
  if (to === undefined) throw new Error(`A checkout cannot meet ${outcome.kind} at ${checkout.step}`)
  const givesUp = to === checkout.step && isLate(checkout, now)
  const step = givesUp ? 'undo' : to
  return {
    ...checkout,
    ...traceOf(checkout, step, outcome, now),
    step,
    redirectUrl: outcome.kind === 'action-required' ? (outcome.redirectUrl ?? null) : checkout.redirectUrl,
    reservedUntil: (outcome.kind === 'done' && outcome.reservedUntil) || checkout.reservedUntil,
    captured: Math.max(checkout.captured, (outcome.kind === 'done' && outcome.captured) || 0),
    failure: step === 'undo' ? (checkout.failure ?? reasonOf(outcome)) : checkout.failure,
  }
}

/** A checkout that is not decided yet is given up for this reason, by its shopper or by staff. */
export function giveUp<P extends Progress>(checkout: P, failure: Failure, now: Date): P {
  return advance(checkout, { kind: 'refused', failure }, now)
}

export function isFinal(step: Step): step is FinalStep {
  return step === 'confirmed' || step === 'failed'
}

/** Whether doing it again at once could not help: the shopper, the gateway or a peer needs time. */
export function waits(from: Step, to: Step): boolean {
  return from === to || to === 'ask' || to === 'act'
}

/** Whether a step has been tried for as long as makes sense. */
export function isLate({ step, resumes, createdAt }: Progress, now: Date): boolean {
  return now.getTime() - Date.parse(createdAt) >= patienceMs(step, resumes)
}

/** Whether a checkout that died on the way is too old for the shopper to still expect the order. */
export function isForgotten({ createdAt }: Progress, now: Date): boolean {
  return now.getTime() - Date.parse(createdAt) >= holdMs
}

/** Whether the goods are held for too short a time to promise them. */
export function holdLapses({ reservedUntil }: Progress, now: Date): boolean {
  return reservedUntil === null || Date.parse(reservedUntil) - now.getTime() < holdMarginMs
}

/** What the payment's status means for the step that asked for it. */
export function outcomeOf(payment: Payment): Outcome {
  switch (payment.status) {
    case 'authorized':
    case 'captured':
    case 'partially-refunded':
      return { kind: 'done', captured: payment.captured }
    case 'action-required':
      return { kind: 'action-required', redirectUrl: payment.redirectUrl }
    case 'authorizing':
    case 'unknown':
      return { kind: 'unknown' }
    case 'declined': {
      const reason = payment.declineReason ?? 'The payment was declined. Try another card.'
      const field = payment.declineField && { field: payment.declineField }
      return { kind: 'refused', failure: failureOf(paymentDeclined(reason, { ...field })) }
    }
    case 'voided':
    case 'refunded':
      return { kind: 'refused', failure: failureOf(paymentDeclined('The payment was taken back.', {})) }
  }
}

/** What it means that payments has been told to let go of the money. */
export function outcomeOfGivingBack(
  { settled, givenBack, refusal }: Reply<typeof payments.abandonPayment>,
  currency: string,
): Outcome {
  if (!settled && refusal !== undefined) return { kind: 'unknown', waitsFor: 'person', note: refusal }
  if (!settled) return { kind: 'unknown' }
  if (givenBack === 0) return { kind: 'done' }
  return { kind: 'done', note: `${format({ amount: givenBack, currency })} had been charged and went back` }
}

/** One request for money may take many questions; it is one step for those who look at it. */
const shownAs: { readonly [Name in OpenStep]?: string } = { ask: 'authorize', act: 'authorize' }

function traceOf(
  checkout: Progress,
  to: Step,
  outcome: Outcome,
  now: Date,
): Pick<Progress, 'steps' | 'waitsFor' | 'since'> {
  const { step, steps, createdAt } = checkout
  const from = step as OpenStep
  const at = now.toISOString()
  const waitsFor = waitsForOf(outcome)
  const since = to === step ? checkout.since : at
  // That the shopper has not confirmed yet, however often one looks, is no news.
  if (from === 'act' && to === 'act') return { steps, waitsFor, since }
  const name = shownAs[from] ?? from
  const goesOn = to === from || to === 'ask' || to === 'act'
  const state = goesOn ? 'open' : outcome.kind === 'done' ? 'done' : 'refused'
  const note = 'note' in outcome ? outcome.note : undefined
  const attempt = { name, state, waitsFor: goesOn ? waitsFor : null, note } as const
  return {
    steps: recordAttempt(steps, attempt, { begunAt: createdAt, at }),
    waitsFor: goesOn ? waitsFor : null,
    since,
  }
}

function waitsForOf(outcome: Outcome): WaitsFor | null {
  switch (outcome.kind) {
    case 'away':
      return (outcome.failure.details.service as WaitsFor | undefined) ?? null
    case 'unknown':
      return outcome.waitsFor ?? 'gateway'
    case 'action-required':
      return 'shopper'
    default:
      return null
  }
}

/**
 * At the first attempt nobody has been charged before `authorize`, so the shopper is told at once that a peer
 * is away. A resumed checkout may be paid already and is worth waiting for.
 */
function patienceMs(step: Step, resumes: number): number {
  switch (step) {
    case 'reserve':
    case 'redeem':
      return resumes === 0 ? 0 : holdMs
    case 'authorize':
    case 'act':
      return holdMs
    case 'ask':
    case 'renew':
      return askLimitMs
    default:
      return Number.POSITIVE_INFINITY
  }
}

function reasonOf(outcome: Outcome): Failure {
  switch (outcome.kind) {
    case 'refused':
    case 'away':
      return outcome.failure
    case 'action-required':
      return failureOf(paymentDeclined('The payment was not confirmed in time. Nothing is charged.', {}))
    case 'lapsed':
      return failureOf(unavailable('The checkout was interrupted. Whatever was held is given back.', {}))
    default: {
      const words =
        'It could not be found out whether the payment went through. Whatever was held is given back.'
      return failureOf(paymentDeclined(words, {}))
    }
  }
}
