import type { SagaStep, WaitsFor } from './saga-schemas.ts'

/** What came of trying a step. */
export interface Attempt {
  readonly name: string
  readonly state: SagaStep['state']
  readonly waitsFor?: WaitsFor | null
  readonly note?: string | null
}

/** More steps than the longest saga has; older ones are forgotten. */
const stepsLimit = 50

/** The record of a saga's steps after one more attempt. An open step that is tried again is one step. */
export function recordAttempt(
  steps: readonly SagaStep[],
  { name, state, waitsFor, note }: Attempt,
  { begunAt, at }: { readonly begunAt: string; readonly at: string },
): readonly SagaStep[] {
  const last = steps.at(-1)
  const goesOn = last?.name === name && last.state === 'open'
  const { attempts, startedAt } = goesOn ? last : { attempts: 0, startedAt: last?.endedAt ?? begunAt }
  const step: SagaStep = {
    name,
    state,
    attempts: attempts + 1,
    startedAt,
    ...(state !== 'open' && { endedAt: at }),
    ...(waitsFor && { waitsFor }),
    ...(note && { note }),
  }
  return [...(goesOn ? steps.slice(0, -1) : steps), step].slice(-stepsLimit)
}
