import { watchMs } from '../alarm.ts'
import type { SagaStep, WaitsFor } from '../saga-schemas.ts'
import { recordAttempt } from '../step-record.ts'

// The life of a cancellation and of a refund. Pure: what a peer answers goes in, the next step comes out.

export type Kind = 'cancellation' | 'refund'
export type OpenStep = 'goods' | 'money'
export type Step = OpenStep | 'done' | 'failed'

export interface Saga {
  /** `can_…` of a cancellation; a refund has the id of the refund itself. */
  readonly id: string
  readonly kind: Kind
  readonly orderId: string
  readonly checkoutId: string
  /** Minor units that are to go back. */
  readonly amount: number
  readonly currency: string
  readonly step: Step
  readonly steps: readonly SagaStep[]
  readonly waitsFor: WaitsFor | null
  readonly since: string
  /** Why it failed. */
  readonly failure: string | null
  readonly resumes: number
  readonly wakeAt: string | null
  readonly createdAt: string
  readonly version: number
}

export type Outcome =
  | { readonly kind: 'done'; readonly note?: string }
  | { readonly kind: 'waits'; readonly waitsFor: WaitsFor; readonly note?: string }
  | { readonly kind: 'refused'; readonly reason: string }

/** What follows on each step that is done. */
const courses: {
  readonly [Of in Kind]: { readonly first: OpenStep } & { readonly [From in OpenStep]?: Step }
} = {
  cancellation: { first: 'goods', goods: 'money', money: 'done' },
  refund: { first: 'money', money: 'done' },
}

export function beginSaga(
  { id: orderId, checkoutId, currency }: { id: string; checkoutId: string; currency: string },
  { id, kind, amount, at }: { id: string; kind: Kind; amount: number; at: Date },
): Saga {
  const createdAt = at.toISOString()
  const wakeAt = new Date(at.getTime() + watchMs).toISOString()
  return {
    id,
    kind,
    orderId,
    checkoutId,
    amount,
    currency,
    step: courses[kind].first,
    steps: [],
    waitsFor: null,
    since: createdAt,
    failure: null,
    resumes: 0,
    wakeAt,
    createdAt,
    version: 1,
  }
}

/** Where an outcome leads. Only what the gateway refuses for good fails; everything else is tried until it is done. */
export function advanceSaga(saga: Saga, outcome: Outcome, now: Date): Saga {
  const from = saga.step
  const to = isOver(saga) ? undefined : next(saga, outcome)
  if (to === undefined) throw new Error(`A ${saga.kind} at ${from} cannot meet ${outcome.kind}`)
  const at = now.toISOString()
  const state = { done: 'done', waits: 'open', refused: 'refused' } as const
  const waitsFor = outcome.kind === 'waits' ? outcome.waitsFor : null
  const note = outcome.kind === 'refused' ? outcome.reason : outcome.note
  const attempt = { name: from, state: state[outcome.kind], waitsFor, note }
  const over = to === 'done' || to === 'failed'
  return {
    ...saga,
    step: to,
    steps: recordAttempt(saga.steps, attempt, { begunAt: saga.createdAt, at }),
    waitsFor,
    since: to === from ? saga.since : at,
    failure: outcome.kind === 'refused' ? outcome.reason : null,
    wakeAt: over ? null : saga.wakeAt,
  }
}

export interface RefundEnd {
  readonly id: string
  readonly state: 'done' | 'failed'
  readonly reason?: string
}

export const refusedWords = 'The gateway refused it.'

export function endRefund(saga: Saga, { state, reason = refusedWords }: RefundEnd, now: Date): Saga {
  return advanceSaga(saga, state === 'done' ? { kind: 'done' } : { kind: 'refused', reason }, now)
}

export function isOver({ step }: Pick<Saga, 'step'>): boolean {
  return step === 'done' || step === 'failed'
}

function next({ kind, step }: Saga, outcome: Outcome): Step | undefined {
  if (outcome.kind === 'waits') return step
  if (outcome.kind === 'refused') return kind === 'refund' ? 'failed' : undefined
  return courses[kind][step as OpenStep]
}
