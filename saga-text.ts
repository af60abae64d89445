import { format } from '@rialto/kit/money'
import type { Saga, SagaDetails } from '@rialto/orders/contract'

// What an operator reads of a checkout, a cancellation or a refund. Pure: the same saga and time, the same text.

/** Two lines of a list: which it is and where it stands, then why. */
export function inBrief(saga: Saga, now: Date): string {
  const { id, kind, amount, why } = saga
  return `${id}  ${kind} of ${format(amount)}, ${standingOf(saga, now)}\n    ${why ?? 'Nothing keeps it.'}\n`
}

/** All that is known of it. */
export function inFull(saga: SagaDetails, now: Date): string {
  const { id, kind, amount, checkoutId, orderId, waitsFor, why, waitsUntil, allows } = saga
  const facts = columns([
    ['state', standingOf(saga, now)],
    ...(waitsFor ? [['waits for', waitsFor]] : []),
    ...(why ? [['why', why]] : []),
    ...(waitsUntil
      ? [[waitsFor === 'shopper' ? 'given up' : 'tried next', `${waitsUntil}${inWords(waitsUntil, now)}`]]
      : []),
    ['begun', saga.startedAt],
    ...(checkoutId === id ? [] : [['checkout', checkoutId]]),
    ['order', orderId ?? 'none'],
    ['you can', allows.join(', ') || 'nothing; it is over'],
  ])
  const parts = [`${id}  ${kind} of ${format(amount)}`, facts, stepsOf(saga), actionsOf(saga)]
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

/** `90s`, `30m`, `2h` or `1d` in milliseconds; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  return unit === undefined ? undefined : Number(count) * (unitsMs[unit] ?? 0)
}

/** For how long it has been at its step; of what is over, since it began. */
export function ageMs({ since, startedAt }: Saga, now: Date): number {
  return Math.max(0, now.getTime() - Date.parse(since ?? startedAt))
}

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function stepsOf({ steps }: SagaDetails): string {
  if (steps.length === 0) return 'No step has been tried yet.'
  const rows = steps.map(({ name, state, attempts, startedAt, endedAt, waitsFor, note }) => [
    name,
    state,
    String(attempts),
    startedAt,
    endedAt ?? '–',
    note ?? (waitsFor ? `waits for ${waitsFor}` : ''),
  ])
  return columns([['step', 'state', 'attempts', 'begun', 'ended', 'what came of it'], ...rows])
}

function actionsOf({ actions }: SagaDetails): string {
  if (actions.length === 0) return ''
  const rows = actions.map(({ at, by, action, outcome, stepBefore, stepAfter, note }) => [
    at,
    by,
    outcome ? `${action} (${outcome})` : action,
    `${stepBefore} → ${stepAfter}`,
    note ?? '',
  ])
  return columns([['when', 'who', 'did', 'step', 'note'], ...rows])
}

function standingOf(saga: Saga, now: Date): string {
  const { state, step, since, attempts } = saga
  const place = state === step ? state : `${state} at ${step}`
  const span = since === undefined ? '' : ` for ${spanOf(ageMs(saga, now))}`
  return `${place}${span}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`
}

function inWords(instant: string, now: Date): string {
  const leftMs = Date.parse(instant) - now.getTime()
  return leftMs > 0 ? `, in ${spanOf(leftMs)}` : ', about now'
}

/** In its largest unit, such as `3 min`: an operator wants the size, the exact times stand beside it. */
function spanOf(ms: number): string {
  if (ms < 60_000) return `${Math.floor(ms / 1_000)} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`
  if (ms < 172_800_000) return `${Math.floor(ms / 3_600_000)} h`
  return `${Math.floor(ms / 86_400_000)} days`
}

/** Rows of words, each column as wide as its widest word. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, word] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, word.length)
  }
  const line = (row: readonly string[]) =>
    row.map((word, index) => word.padEnd(widths[index] ?? 0)).join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}
