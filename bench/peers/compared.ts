import { median } from '../report.ts'
import { type PlatformName, platformNames } from './platform.ts'
import type { Comparison } from './results.ts'
import type { Measured, Turn } from './turn.ts'
import { works } from './works.ts'

/** Of the same figure in several rounds. */
export interface Spread {
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

export interface Figures {
  readonly perSecond: Spread
  readonly p50Ms: Spread
  readonly p99Ms: Spread
  readonly cpuMs: Spread
  readonly failures: number
}

export type ByPlatform<Value> = Partial<Record<PlatformName, Value>>

/** One kind of work as all have done it. */
export interface Row {
  readonly work: string
  readonly says: string
  readonly figures: ByPlatform<Figures>
}

export function rowsOf({ turns, size }: Pick<Comparison, 'turns' | 'size'>): Row[] {
  const measured = turns.flatMap((turn) => turn.measured)
  return works.flatMap(({ name, says }) => {
    const own = measured.filter(({ work }) => work === name)
    const figures = byPlatform((platform) => figuresOf(own.filter((sample) => sample.platform === platform)))
    if (Object.keys(figures).length === 0) return []
    return [{ work: name, says: says.replace('1,000', figure(size.historyOrders)), figures }]
  })
}

function figuresOf(samples: readonly Measured[]): Figures | undefined {
  if (samples.length === 0) return undefined
  const failures = samples.flatMap((sample) => Object.values(sample.failures))
  return {
    perSecond: spreadOf(samples.map(({ perSecond }) => perSecond)),
    p50Ms: spreadOf(samples.map(({ p50Ms }) => p50Ms)),
    p99Ms: spreadOf(samples.map(({ p99Ms }) => p99Ms)),
    cpuMs: spreadOf(samples.map(({ cpuMsPerOperation }) => cpuMsPerOperation)),
    failures: failures.reduce((sum, times) => sum + times, 0),
  }
}

/** One figure of each turn, such as how long the platform took to start. */
export function ofTurns(
  turns: readonly Turn[],
  read: (turn: Turn) => number | undefined,
): ByPlatform<Spread> {
  return byPlatform((platform) => {
    const figures = turns.filter((turn) => turn.platform === platform).map(read)
    const told = figures.filter((value) => value !== undefined)
    return told.length > 0 ? spreadOf(told) : undefined
  })
}

/** How many times as much as the peer that does best; undefined where there is nobody to compare with. */
export function timesTheBestPeer(
  figures: ByPlatform<number>,
  best: 'highest' | 'lowest',
): number | undefined {
  const { rialto, ...others } = figures
  const peers = Object.values(others).filter((value) => Number.isFinite(value))
  if (rialto === undefined || !Number.isFinite(rialto) || peers.length === 0) return undefined
  return rialto / (best === 'highest' ? Math.max(...peers) : Math.min(...peers))
}

export function mediansOf(figures: ByPlatform<Figures>, read: (of: Figures) => Spread): ByPlatform<number> {
  return byPlatform((platform) => {
    const own = figures[platform]
    return own && read(own).median
  })
}

export function byPlatform<Value>(read: (platform: PlatformName) => Value | undefined): ByPlatform<Value> {
  const told = platformNames.map((name) => [name, read(name)] as const)
  return Object.fromEntries(told.filter(([, value]) => value !== undefined)) as ByPlatform<Value>
}

export function spreadOf(figures: readonly number[]): Spread {
  return { median: median(figures), lowest: Math.min(...figures), highest: Math.max(...figures) }
}

/** Three digits that matter, and no more. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Number.isInteger(value)) return value.toLocaleString('en-US')
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en-US', {
    maximumFractionDigits: digits,
    minimumFractionDigits: value < 1 ? 2 : 0,
  })
}

export function spreadText({ median, lowest, highest }: Spread): string {
  const told = figure(median)
  return lowest === highest ? told : `${told} (${figure(lowest)}–${figure(highest)})`
}
