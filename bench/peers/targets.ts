import { type ByPlatform, type Figures, mediansOf, timesTheBestPeer } from './compared.ts'

/** What Rialto wants to reach, as times the peer that does best. */
export interface Target {
  readonly says: string
  readonly isMet: (times: number) => boolean
}

const atLeast = (times: number): Target => ({ says: `≥ ${times} ×`, isMet: (given) => given >= times })
const atMost = (part: number): Target => ({ says: `≤ 1/${part}`, isMet: (given) => given <= 1 / part })

const faster = atLeast(20)

export const rateTargets: Readonly<Record<string, Target>> = {
  list: faster,
  product: faster,
  search: faster,
  add: faster,
  'checkout-32': faster,
  hot: faster,
}
export const p99Targets: Readonly<Record<string, Target>> = {
  list: atMost(10),
  product: atMost(10),
  search: atMost(10),
}
export const cpuTargets: Readonly<Record<string, Target>> = { 'checkout-32': atMost(20) }
export const coldStartTarget = atMost(4)
export const memoryTarget = atMost(3)

/** What was reached beside what was wanted, such as `28 × (wanted ≥ 20 ×)`. */
export function verdict(times: number | undefined, target: Target | undefined): string {
  if (times === undefined) return ''
  const reached = ratio(times)
  if (!target) return reached
  return target.isMet(times)
    ? `**${reached}** (wanted ${target.says})`
    : `${reached} (wanted ${target.says}: missed)`
}

export function ratio(times: number): string {
  if (times <= 0 || !Number.isFinite(times)) return '–'
  return times >= 1 ? `${digits(times)} ×` : `1/${digits(1 / times)}`
}

function digits(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(1)
}

export const rateTimes = (figures: ByPlatform<Figures>) =>
  timesTheBestPeer(
    mediansOf(figures, ({ perSecond }) => perSecond),
    'highest',
  )
export const p99Times = (figures: ByPlatform<Figures>) =>
  timesTheBestPeer(
    mediansOf(figures, ({ p99Ms }) => p99Ms),
    'lowest',
  )
export const cpuTimes = (figures: ByPlatform<Figures>) =>
  timesTheBestPeer(
    mediansOf(figures, ({ cpuMs }) => cpuMs),
    'lowest',
  )
