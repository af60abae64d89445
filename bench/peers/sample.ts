export type Visit = () => Promise<unknown>

/** What came of one run of one kind of work. */
export interface Sample {
  readonly operations: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly seconds: number
  /** What was answered otherwise than hoped for, and how often. */
  readonly failures: Readonly<Record<string, number>>
  /** Of the process that makes the load. */
  readonly loadCpuSeconds: number
}

export interface ShopperTimes {
  /** Of each operation that came to its good end. */
  readonly timesMs: readonly number[]
  /** From the beginning to the end of the shopper's last one. */
  readonly seconds: number
}

/**
 * The pace is the sum of the shoppers' paces, each over the time until their own last operation ended: where one
 * operation takes longer than the run, nobody's waiting at the end is held against the platform.
 */
export function sampleOf(
  shoppers: readonly ShopperTimes[],
  rest: Pick<Sample, 'failures' | 'seconds' | 'loadCpuSeconds'>,
): Sample {
  const paces = shoppers.map(({ timesMs, seconds }) => (timesMs.length > 0 ? timesMs.length / seconds : 0))
  const times = shoppers.flatMap(({ timesMs }) => timesMs).sort((a, b) => a - b)
  return {
    operations: times.length,
    perSecond: paces.reduce((sum, pace) => sum + pace, 0),
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    ...rest,
  }
}

/** Of sorted figures; the smallest one that as many do not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
