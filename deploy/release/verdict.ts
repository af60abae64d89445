/** How some processes fared over the last minutes. */
export interface Fared {
  readonly requests: number
  /** Part of them that failed by us, from 0 to 1. */
  readonly failed: number
  /** One request in a hundred takes longer; undefined where there were none. */
  readonly p99Seconds: number | undefined
}

/** What a service promises, and what is enough to tell. */
export interface Promised {
  readonly failed: number
  readonly p99Seconds: number
  readonly leastRequests: number
}

export interface Verdict {
  readonly says: 'keep' | 'back' | 'wait'
  readonly because: string
}

/** By how much a canary may be worse than the others before that is its own fault. */
const failedRatio = 2
const slowerRatio = 1.5

/**
 * Whether a canary is kept. It goes back when it breaks what is promised and the others do not fare alike: what all
 * suffer from is not the release's fault, and taking it back would not help.
 */
export function verdictOn(canary: Fared, others: Fared, promised: Promised): Verdict {
  if (canary.requests < promised.leastRequests)
    return wait(`it had ${canary.requests} requests of at least ${promised.leastRequests}`)
  if (canary.failed > promised.failed && canary.failed > failedRatio * others.failed)
    return back(
      `${percent(canary.failed)} of its requests fail, of the others' ${percent(others.failed)}; promised are at most ${percent(promised.failed)}`,
    )
  const [own, usual] = [canary.p99Seconds ?? 0, others.p99Seconds ?? 0]
  if (own > promised.p99Seconds && own > slowerRatio * usual)
    return back(
      `its p99 is ${seconds(own)}, the others' ${seconds(usual)}; promised are ${seconds(promised.p99Seconds)}`,
    )
  return {
    says: 'keep',
    because: `${percent(canary.failed)} of ${canary.requests} requests failed, p99 ${seconds(own)}`,
  }
}

function wait(because: string): Verdict {
  return { says: 'wait', because }
}

function back(because: string): Verdict {
  return { says: 'back', because }
}

function percent(part: number): string {
  return `${(part * 100).toFixed(2)} %`
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`
}
