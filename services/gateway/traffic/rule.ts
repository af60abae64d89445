/** So many requests in so much time, at once or evenly; what was used comes back evenly. */
export interface Rule {
  /** What it is called in `RateLimit-Policy`. */
  readonly name: string
  readonly quota: number
  readonly windowSeconds: number
}

export interface Verdict {
  readonly rule: Rule
  readonly allowed: boolean
  /** Requests that are still allowed at this moment. */
  readonly remaining: number
  /** Until one more is allowed. */
  readonly waitMs: number
}

/** What a bucket holds beyond its edge is rounding, up to this part of one request. */
const rounding = 0.01

/**
 * Takes one request from a bucket, by the generic cell rate algorithm: all that is kept of a bucket is the time at
 * which it will be full again, in milliseconds on the clock of `now`. A bucket nobody has used is full.
 */
export function take(
  fullAt: number | undefined,
  rule: Rule,
  now: number,
): { readonly fullAt: number; readonly verdict: Verdict } {
  const each = eachMs(rule)
  const before = Math.max(fullAt ?? now, now)
  const after = before + each
  const allowed = after - now <= rule.windowSeconds * 1_000 + each * rounding
  const kept = allowed ? after : before
  return { fullAt: kept, verdict: verdictOf(rule, allowed, kept - now) }
}

/** What there is to tell of a bucket that will be full again after `fullInMs`. */
export function verdictOf(rule: Rule, allowed: boolean, fullInMs: number): Verdict {
  const each = eachMs(rule)
  const freeMs = rule.windowSeconds * 1_000 - fullInMs
  const remaining = Math.max(0, Math.floor(freeMs / each + rounding))
  return { rule, allowed, remaining, waitMs: Math.max(0, each - freeMs) }
}

function eachMs({ quota, windowSeconds }: Rule): number {
  return (windowSeconds * 1_000) / quota
}
