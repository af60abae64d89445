import { type Sql, sql } from '@rialto/kit/database'
import { longestPauseMs, watchMs } from './alarm.ts'

/**
 * The alarm after the one that has rung: the longer it has been open, the longer the pause, a quarter of its age.
 * So whatever waited for a peer goes on soon after the peer is back, and one that is away for hours is asked seldom.
 */
export function nextAlarm(now: Date): Sql {
  return sql`${now}::timestamptz + least(
    greatest((${now}::timestamptz - created_at) / 4, ${watchMs} * interval '1 millisecond'),
    ${longestPauseMs} * interval '1 millisecond')`
}

/** Whether an alarm has rung. One further ahead than any pause was set by a clock that ran ahead. */
export function hasRung(now: Date): Sql {
  return sql`
    (wake_at <= ${now} or wake_at > ${now}::timestamptz + ${longestPauseMs + 60_000} * interval '1 millisecond')`
}
