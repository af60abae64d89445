// Numbers and times as a person reads them, times in their own zone.

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })
const short = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 })

export function clockOf(at: string, now = new Date()): string {
  const time = new Date(at)
  const isToday = time.toDateString() === now.toDateString()
  return isToday ? clock.format(time) : `${date.format(time)}, ${clock.format(time)}`
}

export function inFull(at: string): string {
  return whole.format(new Date(at))
}

/** `0.4 ms`, `12 ms`, `3.1 s`. */
export function duration(ms: number): string {
  if (ms < 10) return `${short.format(ms)} ms`
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return ms < 60_000 ? `${short.format(ms / 1_000)} s` : span(ms)
}

/** In its largest unit, such as `3 min`. */
export function span(ms: number): string {
  if (ms < 60_000) return `${Math.max(0, Math.floor(ms / 1_000))} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`
  return ms < 172_800_000 ? `${Math.floor(ms / 3_600_000)} h` : `${Math.floor(ms / 86_400_000)} days`
}

export function ago(at: string, now = Date.now()): string {
  return span(now - Date.parse(at))
}

export function percent(share: number): string {
  return share === 0 ? '0 %' : share < 0.001 ? '< 0.1 %' : `${short.format(share * 100)} %`
}

export function number(value: number): string {
  return Math.abs(value) < 1_000 ? short.format(value) : compact.format(value)
}

/** A measure in the unit that its name ends with. */
export function measure(name: string, value: number): string {
  if (name.endsWith('_seconds')) return value < 60 ? duration(value * 1_000) : span(value * 1_000)
  if (name.endsWith('_bytes')) return `${short.format(value / 1_048_576)} MiB`
  return name.endsWith('_utilization') ? percent(value) : number(value)
}

export function count(number: number, one: string, more = `${one}s`): string {
  return `${number} ${number === 1 ? one : more}`
}
