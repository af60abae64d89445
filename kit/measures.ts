import type { Operation } from './contract.ts'
import type { Message } from './message.ts'
import { counter, type Histogram, histogram } from './metrics.ts'
import { Problem } from './problem.ts'
import { operationSeconds } from './rates.ts'
import type { Logger } from './telemetry.ts'

// What the kit measures. docs/telemetry.md lists it all with what it means.

/** `refused` is the answer to a request that was wrong or came at the wrong time; `failed` is our fault. */
export type Outcome = 'ok' | 'refused' | 'failed'

export function outcomeOf(error: unknown): Outcome {
  return error instanceof Problem && error.status < 500 ? 'refused' : 'failed'
}

const events = counter('rialto_events_said_total', 'Events after their commit', ['service', 'event'])

export function countSaid(service: string, said: readonly { readonly name: string }[]): void {
  for (const { name } of said) events(service, name).add()
}

const messages = histogram('rialto_message_duration_seconds', 'How long hearers take for an event', [
  'service',
  'message',
  'outcome',
])
const delays = histogram('rialto_message_delay_seconds', 'From a commit to its effect in another service', [
  'service',
  'message',
])
const jobs = histogram('rialto_job_duration_seconds', 'How long scheduled work takes', [
  'service',
  'job',
  'outcome',
])

type Told = Pick<Message, 'id' | 'name' | 'at' | 'attempt'>

/** Measures the effect of one event, which writes one line of the log. */
export async function measureHearing(
  { service, log }: { readonly service: string; readonly log: Logger },
  { id, name, at, attempt }: Told,
  work: () => Promise<void>,
): Promise<void> {
  const seconds = stopwatch()
  try {
    await work()
  } catch (error) {
    messages(service, name, 'failed').record(seconds())
    throw error
  }
  messages(service, name, 'ok').record(seconds())
  delays(service, name).record(Math.max(0, Date.now() - Date.parse(at)) / 1_000)
  log.info({ event: name, id, attempt, seconds: seconds() }, 'heard')
}

export async function measureJob(
  { service, log }: { readonly service: string; readonly log: Logger },
  { id, name, attempt }: Told,
  work: () => Promise<void>,
): Promise<void> {
  const seconds = stopwatch()
  try {
    await work()
  } catch (error) {
    jobs(service, name, 'failed').record(seconds())
    throw error
  }
  jobs(service, name, 'ok').record(seconds())
  log.info({ job: name, id, attempt, seconds: seconds() }, 'performed')
}

const calls = histogram('rialto_call_duration_seconds', 'Calls of other services over the network', [
  'service',
  'outcome',
])

export async function measureCall<Result>(service: string, call: () => Promise<Result>): Promise<Result> {
  const seconds = stopwatch()
  try {
    const result = await call()
    calls(service, 'ok').record(seconds())
    return result
  } catch (error) {
    calls(service, outcomeOf(error)).record(seconds())
    throw error
  }
}

function stopwatch(): () => number {
  const startedMs = performance.now()
  return () => (performance.now() - startedMs) / 1_000
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
