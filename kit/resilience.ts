import {
  BulkheadRejectedError,
  bulkhead,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
  SamplingBreaker,
  wrap,
} from 'cockatiel'
import { type Problem, unavailable } from './problem.ts'

/** Calls to one service under way at once from this process, and how many more may wait for their turn. */
const atOnce = 256
const waiting = 1_024

/** Half of the calls within this time fail, and the peer is left alone for a second, to be tried again by one. */
const sampleMs = 5_000
const brokenForMs = 1_000
const callsPerSecondToTell = 2

/** A fifth of the calls may be retries, and so many may come at once when an instance dies with work at hand. */
const callsPerRetry = 5
const retriesAtOnce = 100

/** Keeps a peer in trouble from taking the caller along: limits, a breaker, and a budget for retries. */
export interface Guarded {
  /** Runs a call; throws `unavailable`, naming the service, when it must not even be tried. */
  run<Result>(work: () => Promise<Result>): Promise<Result>
  /** Whether one more attempt is within the budget, and takes it. */
  takeRetry(): boolean
}

/** `isFailure` tells what speaks against the peer from what is a proper answer. */
export function guardPeer(service: string, isFailure: (error: unknown) => boolean): Guarded {
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: brokenForMs,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: sampleMs, minimumRps: callsPerSecondToTell }),
  })
  const policy = wrap(bulkhead(atOnce, waiting), breaker)
  let credit = retriesAtOnce * callsPerRetry
  return {
    run: async (work) => {
      credit = Math.min(retriesAtOnce * callsPerRetry, credit + 1)
      try {
        return await policy.execute(work)
      } catch (error) {
        throw refusalOf(service, error) ?? error
      }
    },
    takeRetry: () => {
      if (credit < callsPerRetry) return false
      credit -= callsPerRetry
      return true
    },
  }
}

function refusalOf(service: string, error: unknown): Problem | undefined {
  if (isBrokenCircuitError(error))
    return unavailable(`The ${service} service is in trouble and is left alone for a moment.`, { service })
  if (error instanceof BulkheadRejectedError)
    return unavailable(`The ${service} service has too much to do just now.`, { service })
  return undefined
}
