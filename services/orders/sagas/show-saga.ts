import { holdMs } from '../checkout-steps.ts'
import type { Saga, SagaActionName, SagaDetails, WaitsFor } from '../saga-schemas.ts'
import type { SagaActionRow, SagaRow } from './saga-list-store.ts'

/** A saga as operators see it: nothing of its customer is in it. */
export function showSaga(row: SagaRow, now: Date, stuckAfterMs: number): Saga {
  const { id, kind, checkoutId, orderId, amount, currency, step, since, resumes, waitsFor, startedAt } = row
  const open = row.wakeAt !== null
  const why = whyOf(row)
  const waitsUntil = untilOf(row)
  return {
    id,
    kind,
    state: stateOf(row, now, stuckAfterMs),
    checkoutId,
    ...(orderId !== null && { orderId }),
    amount: { amount, currency },
    step,
    ...(since !== null && { since }),
    attempts: resumes + 1,
    ...(open && waitsFor !== null && { waitsFor }),
    ...(why !== undefined && { why }),
    ...(waitsUntil !== undefined && { waitsUntil }),
    allows: allowsOf(row),
    startedAt,
  }
}

export function showDetails(
  row: SagaRow & { readonly actions: readonly SagaActionRow[] },
  now: Date,
  stuckAfterMs: number,
): SagaDetails {
  const actions = row.actions.map(({ action, by, at, outcome, note, stepBefore, stepAfter }) => ({
    action,
    by,
    at,
    stepBefore,
    stepAfter: stepAfter ?? stepBefore,
    ...(outcome !== null && { outcome }),
    ...(note !== null && { note }),
  }))
  return { ...showSaga(row, now, stuckAfterMs), steps: [...row.steps], actions }
}

/** Whether it has been at its step for so long, or is there for such a reason, that a person has to look. */
export function isStuck(
  { step, waitsFor, since }: Pick<SagaRow, 'step' | 'waitsFor' | 'since'>,
  now: Date,
  stuckAfterMs: number,
): boolean {
  if (step === 'act') return false
  return waitsFor === 'person' || (since !== null && now.getTime() - Date.parse(since) >= stuckAfterMs)
}

export function stateOf(row: SagaRow, now: Date, stuckAfterMs: number): Saga['state'] {
  if (row.step === 'failed') return 'failed'
  if (row.wakeAt === null) return 'done'
  if (isStuck(row, now, stuckAfterMs)) return 'stuck'
  return row.waitsFor === null ? 'running' : 'waiting'
}

/**
 * What a person may do, safe for money in each state: retrying repeats what knows its repeats; skipping takes a
 * person's word only for what a gateway leaves open; giving up ends what is no order yet.
 */
export function allowsOf({ kind, step, wakeAt, waitsFor }: SagaRow): SagaActionName[] {
  if (wakeAt === null) return []
  const inDoubt = waitsFor === 'gateway' || waitsFor === 'person'
  const undecided = kind === 'checkout' && (step === 'reserve' || step === 'ask' || step === 'act')
  const allowed: SagaActionName[] = ['retry']
  if (inDoubt && doubtful.has(step)) allowed.push('skip')
  if (undecided) allowed.push('compensate')
  return allowed
}

/** Steps at which a gateway may leave open what became of the money. */
const doubtful = new Set(['ask', 'undo', 'confirmed', 'money'])

const words: { readonly [For in WaitsFor]: string } = {
  shopper: 'The shopper has to confirm the payment.',
  gateway: 'The payment gateway does not tell. It is asked until it does.',
  inventory: 'Inventory does not answer.',
  pricing: 'Pricing does not answer.',
  payments: 'Payments does not answer.',
  cart: 'The cart does not answer.',
  person: 'It goes no further by itself.',
}

function whyOf({ wakeAt, waitsFor, failure, steps }: SagaRow): string | undefined {
  if (wakeAt !== null && waitsFor !== null) return steps.at(-1)?.note ?? words[waitsFor]
  return failure ?? undefined
}

function untilOf({ step, wakeAt, startedAt }: SagaRow): string | undefined {
  if (wakeAt === null) return undefined
  return step === 'act' ? new Date(Date.parse(startedAt) + holdMs).toISOString() : wakeAt
}
