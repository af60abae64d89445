import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import type { Storm, StormOptions } from './raise-storm.ts'
import type { Heard, Told, Word } from './told.ts'

/** A definite answer comes within so long, */
export const answerLimitMs = 5_000
/** at least this often, */
export const answerShareWanted = 0.99
/** and the shop has recovered within so long. */
export const recoveryWantedMs = 10_000

/** What was tried, what came of it, and what did not hold, for somebody at a terminal. */
export function reportOf(storm: Storm, { seed, lengthMs }: Pick<StormOptions, 'seed' | 'lengthMs'>): string {
  const { strikes, told, recovery, violations, postgresVersion } = storm
  const seconds = (ms: number | undefined) =>
    ms === undefined ? 'not within its time' : `${(ms / 1_000).toFixed(1)} s`
  return [
    `Storm of ${lengthMs / 60_000} minutes, seed ${seed}`,
    `${cpus().length} cores (${cpus()[0]?.model}), ${Math.round(totalmem() / 2 ** 30)} GiB; ` +
      `Node ${process.version}, PostgreSQL ${postgresVersion}, ${natsVersion()}`,
    section('What struck', [...strikes]),
    section('What people did', Object.entries(deedsOf(told))),
    section(
      'What buyers were told in the end',
      Object.entries(countsOf(told.purchases.map(({ last }) => wordsOf(last)))),
    ),
    section('Answers to a press of the pay button, whatever struck meanwhile', answersOf(told)),
    section(`After the last fault (wanted: ${recoveryWantedMs / 1_000} s)`, [
      ['somebody new has bought', seconds(recovery.openMs)],
      [
        'every checkout, cancellation and refund is at its end, every order charged',
        seconds(recovery.sagasMs),
      ],
      ['nothing is under way in any service, every mail is sent', seconds(recovery.quietMs)],
    ]),
    violations.length === 0
      ? 'No violations.'
      : `${violations.length} violations:\n${violations.map((violation) => `  ${violation}`).join('\n')}`,
  ].join('\n\n')
}

/** Share of presses whose answer was there in time. */
export function shareInTime(heard: readonly (Heard | undefined)[]): number {
  const inTime = heard.filter((one) => one !== undefined && one.afterMs <= answerLimitMs)
  return heard.length === 0 ? 1 : inTime.length / heard.length
}

function answersOf({ purchases }: Told): [string, string][] {
  const rows = [
    [
      'definite: confirmed, refused with a reason, or what to do next',
      purchases.map(({ decided }) => decided),
    ],
    ['or at least that the order is there and being decided', purchases.map(({ first }) => first)],
  ] as const
  return rows.map(([name, heard]) => {
    const times = heard.map((one) => one?.afterMs ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b)
    const at = (share: number) => Math.round(times[Math.ceil(times.length * share) - 1] ?? 0)
    const share = `${(shareInTime(heard) * 100).toFixed(2)} % of ${heard.length} within ${answerLimitMs / 1_000} s (wanted: ${answerShareWanted * 100} %)`
    return [name, `${share}; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`]
  })
}

function deedsOf(told: Told): Record<string, string> {
  return {
    'presses of the pay button': String(told.purchases.length),
    orders: String(
      new Set(told.purchases.flatMap(({ last }) => (last?.kind === 'confirmed' ? [last.orderId] : []))).size,
    ),
    cancellations: wordCounts(told.cancellations),
    refunds: wordCounts(told.refunds),
    shipments: wordCounts(told.shipments),
    restocks: wordCounts(told.restocks),
  }
}

function wordCounts(deeds: readonly { readonly word: Word }[]): string {
  const { done = 0, refused = 0, none = 0 } = countsOf(deeds.map(({ word }) => word))
  return `${done} done, ${refused} refused, ${none} without an answer`
}

function wordsOf(last: Told['purchases'][number]['last']): string {
  if (!last) return 'nothing'
  return last.kind === 'refused' ? `refused: ${last.code}` : last.kind
}

function countsOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

function section(title: string, rows: readonly (readonly [string, string | number])[]): string {
  return [title, ...rows.map(([name, value]) => `  ${name}: ${value}`)].join('\n')
}

function natsVersion(): string {
  return execFileSync('nats-server', ['--version'], { encoding: 'utf8' }).trim()
}
