// When a delivery that was not taken is sent again.

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** After each try in turn. Together, and with the tries themselves, they stay below three days. */
const pausesMs = [
  5 * second,
  30 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  19 * hour,
  20 * hour,
] as const

export const triesLimit = pausesMs.length + 1
export const ageLimitMs = 72 * hour
/** What a receiver asks us to wait at most. */
const retryAfterLimitMs = hour

export interface Tried {
  /** How often it was tried by now, since it was put into the queue. */
  readonly tries: number
  readonly queuedAt: Date
  /** For how long the receiver asked us to wait. */
  readonly retryAfterMs?: number
}

/**
 * When to try again; undefined when it is given up. `random`, from 0 to 1, takes up to a fifth off the pause, so that
 * what failed together does not come back together.
 */
export function nextTry(
  { tries, queuedAt, retryAfterMs = 0 }: Tried,
  now: Date,
  random: number,
): Date | undefined {
  const pauseMs = pausesMs[tries - 1]
  if (pauseMs === undefined || now.getTime() - queuedAt.getTime() >= ageLimitMs) return undefined
  const waitMs = Math.max(pauseMs * (1 - random / 5), Math.min(retryAfterMs, retryAfterLimitMs))
  return new Date(now.getTime() + Math.round(waitMs))
}

/** Milliseconds that a `Retry-After` asks for: seconds, or a date. Anything else asks for nothing. */
export function retryAfterMs(header: string | undefined, now: Date): number {
  if (header === undefined) return 0
  if (/^\d{1,9}$/.test(header)) return Number(header) * second
  const at = Date.parse(header)
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime())
}
