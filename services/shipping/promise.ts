/** What decides when a parcel arrives. Days are working days, Monday to Friday. */
export interface Pace {
  /** Hour of the day (UTC) from which an order is handled the next working day. */
  readonly cutOffHour: number
  readonly handlingDays: number
  readonly transitDaysMin: number
  readonly transitDaysMax: number
}

/** The first and the last day on which a parcel ordered now is promised to arrive, as `YYYY-MM-DD` in UTC. */
export function promise(pace: Pace, now: Date): { earliest: string; latest: string } {
  const today = Math.floor(now.getTime() / dayMs)
  const late = now.getUTCHours() >= pace.cutOffHour
  const begun = isWorkingDay(today) && !late ? today : addWorkingDays(today, 1)
  const handed = addWorkingDays(begun, pace.handlingDays)
  return {
    earliest: dateOf(addWorkingDays(handed, pace.transitDaysMin)),
    latest: dateOf(addWorkingDays(handed, pace.transitDaysMax)),
  }
}

// Days are counted from 1 January 1970, a Thursday.
const dayMs = 86_400_000

function isWorkingDay(day: number): boolean {
  const weekday = (day + 4) % 7
  return weekday !== 0 && weekday !== 6
}

function addWorkingDays(day: number, count: number): number {
  let reached = day
  for (let left = count; left > 0; ) if (isWorkingDay(++reached)) left--
  return reached
}

function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}
