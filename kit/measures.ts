import type { Operation } from './contract.ts'
import { counter, type Histogram, histogram } from './metrics.ts'
import { Problem } from './problem.ts'
import { operationSeconds } from './rates.ts'

// What the kit measures. docs/telemetry.md lists it all with what it means.

/** `refused` is the answer to a request that was wrong or came at the wrong time; `failed` is our fault. */
export type Outcome = 'ok' | 'refused' | 'failed'

export function outcomeOf(error: unknown): Outcome {
  return error instanceof Problem && error.status < 500 ? 'refused' : 'failed'
}

const operations = histogram(operationSeconds, 'How long operations take in the service that does them', [
  'service',
  'operation',
  'outcome',
])

const problems = counter('rialto_problems_total', 'Operations that were answered with a problem', [
  'service',
  'operation',
  'problem',
])

/** Measures an operation again and again. */
export interface OperationMeasure {
  done(startedMs: number): void
  /** Tells what came of it. */
  threw(startedMs: number, error: unknown): Outcome
}

export function measureOperation({ service, name }: Pick<Operation, 'service' | 'name'>): OperationMeasure {
  const seconds: Partial<Record<Outcome, Histogram>> = {}
  const record = (outcome: Outcome, startedMs: number) => {
    seconds[outcome] ??= operations(service, name, outcome)
    seconds[outcome].record((performance.now() - startedMs) / 1_000)
  }
  return {
    done: (startedMs) => record('ok', startedMs),
    threw: (startedMs, error) => {
      const outcome = outcomeOf(error)
      record(outcome, startedMs)
      if (error instanceof Problem) problems(service, name, error.code).add()
      return outcome
    },
  }
}
