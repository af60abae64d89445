import type { Distribution, Point } from './metrics.ts'

/** How an operation fared in a slice of ten seconds. */
export interface RecentRates {
  operation: string
  at: string
  count: number
  errors: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
}

/** Whose counts tell how operations fare. */
export const operationSeconds = 'rialto_operation_duration_seconds'

/** How often an operation took how long, since the process began. */
export interface Fared {
  readonly bounds: readonly number[]
  readonly counts: number[]
  errors: number
}

/** The counts of each operation, whatever came of it. */
export function fared(points: readonly Point[]): Map<string, Fared> {
  const found = new Map<string, Fared>()
  for (const { labels, value } of points) {
    const { bounds, counts } = value as Distribution
    const operation = `${labels.service}.${labels.operation}`
    const one = found.get(operation) ?? { bounds, counts: counts.map(() => 0), errors: 0 }
    counts.forEach((count, index) => {
      one.counts[index] = (one.counts[index] as number) + count
    })
    if (labels.outcome === 'failed') one.errors += counts.reduce((sum, count) => sum + count, 0)
    found.set(operation, one)
  }
  return found
}

/** What happened between two looks; nothing is told of operations that nobody asked for. */
export function ratesSince(
  before: ReadonlyMap<string, Fared>,
  now: ReadonlyMap<string, Fared>,
  at: string,
): RecentRates[] {
  return [...now].flatMap(([operation, { bounds, counts, errors }]) => {
    const earlier = before.get(operation)
    const fresh = counts.map((count, index) => count - (earlier?.counts[index] ?? 0))
    const count = fresh.reduce((sum, each) => sum + each, 0)
    if (count === 0) return []
    const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((part) => quantileMs(bounds, fresh, part * count))
    return [{ operation, at, count, errors: errors - (earlier?.errors ?? 0), p50Ms, p95Ms, p99Ms }] as [
      RecentRates,
    ]
  })
}

/** Where the value of that rank lies between two bounds, as if those between them were spread evenly. */
function quantileMs(bounds: readonly number[], counts: readonly number[], rank: number): number {
  let below = 0
  for (const [index, count] of counts.entries()) {
    const [from, to] = [bounds[index - 1] ?? 0, bounds[index] ?? bounds.at(-1) ?? 0]
    if (below + count >= rank && count > 0)
      return Math.round(1e5 * (from + ((rank - below) / count) * (to - from))) / 100
    below += count
  }
  return 0
}
