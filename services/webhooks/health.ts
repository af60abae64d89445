// How a webhook fares: one that fails again and again is left alone for a while, and after days disabled.

export interface Health {
  /** In a row, since the last delivery that was taken. */
  readonly failures: number
  readonly failingSince?: Date
  /** Pauses in a row. */
  readonly pauses: number
  readonly pausedUntil?: Date
}

export const well: Health = { failures: 0, pauses: 0 }

const minute = 60_000
const day = 24 * 60 * minute
/** From so many failures on it is paused, and after a pause tried with one delivery at a time. */
export const doubtFrom = 5
const firstPauseMs = minute / 2
const longestPauseMs = 60 * minute
const hopelessAfterMs = 5 * day
const hopelessFrom = 20

/** After a delivery that was not taken. What was under way when a pause began does not make it longer. */
export function afterFailure(health: Health, now: Date): Health {
  const { failingSince = now, pausedUntil } = health
  const failures = health.failures + 1
  const isPaused = pausedUntil !== undefined && pausedUntil > now
  if (failures < doubtFrom || isPaused) return { ...health, failures, failingSince }
  const pauses = health.pauses + 1
  const pauseMs = Math.min(firstPauseMs * 2 ** (pauses - 1), longestPauseMs)
  return { failures, failingSince, pauses, pausedUntil: new Date(now.getTime() + pauseMs) }
}

/** Whether it took nothing for days, though often enough tried. */
export function isHopeless({ failures, failingSince }: Health, now: Date): boolean {
  if (failingSince === undefined || failures < hopelessFrom) return false
  return now.getTime() - failingSince.getTime() >= hopelessAfterMs
}
