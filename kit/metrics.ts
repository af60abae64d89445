/** What is counted and measured in this process. Names and labels are as Prometheus has them. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
}

export interface Point {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number | Distribution
}

/** How often values came, by upper bounds of their size; the last count is of those beyond all bounds. */
export interface Distribution {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
}

export interface Collected extends Family {
  readonly points: readonly Point[]
}

export interface Counter {
  add(more?: number): void
}

export interface Histogram {
  record(seconds: number): void
}

/** Values of labels together, for each name; what comes beyond is put together as `other`. */
const seriesLimit = 1_000

export const secondsBounds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15,
] as const

interface Source extends Family {
  readonly points: () => readonly Point[] | Promise<readonly Point[]>
}

const sources = new Map<string, Source>()
const readings = new Map<string, { family: Family; reads: Set<Read> }>()

/** Keep what it returns: looking labels up costs more than counting. */
export function counter(name: string, help: string, labels: readonly string[] = []) {
  const series = keepSeries(labels, () => {
    let value = 0
    return {
      add: (more = 1) => {
        value += more
      },
      read: () => value,
    }
  })
  sources.set(name, { name, help, type: 'counter', labels, points: series.points })
  return series.of as (...values: readonly string[]) => Counter
}

export function histogram(name: string, help: string, labels: readonly string[] = []) {
  const series = keepSeries(labels, () => {
    const counts = new Array<number>(secondsBounds.length + 1).fill(0)
    let sum = 0
    return {
      record: (seconds: number) => {
        let index = 0
        while (index < secondsBounds.length && seconds > (secondsBounds[index] as number)) index++
        counts[index] = (counts[index] as number) + 1
        sum += seconds
      },
      read: (): Distribution => ({ bounds: secondsBounds, counts: [...counts], sum }),
    }
  })
  sources.set(name, { name, help, type: 'histogram', labels, points: series.points })
  return series.of as (...values: readonly string[]) => Histogram
}

export type Read = () => readonly Point[] | Promise<readonly Point[]>

/** Is asked whenever somebody collects. The function returned ends that. */
export function gauge(name: string, help: string, labels: readonly string[], read: Read): () => void {
  return observe({ name, help, type: 'gauge', labels }, read)
}

/** The same for what somebody else counts. */
export function measured(name: string, help: string, labels: readonly string[], read: Read): () => void {
  return observe({ name, help, type: 'counter', labels }, read)
}

function observe(family: Family, read: Read): () => void {
  const known = readings.get(family.name) ?? { family, reads: new Set<Read>() }
  readings.set(family.name, known)
  known.reads.add(read)
  return () => {
    known.reads.delete(read)
  }
}

/** The names that there are, with what they mean. */
export function families(): Family[] {
  return [...sources.values(), ...[...readings.values()].map(({ family }) => family)].map(
    ({ name, help, type, labels }) => ({ name, help, type, labels }),
  )
}

/** What cannot be read, as its database is away, is left out. */
export async function collect(): Promise<Collected[]> {
  const counted = [...sources.values()].map(async ({ points, ...family }) => ({
    ...family,
    points: await points(),
  }))
  const read = [...readings.values()].map(async ({ family, reads }) => {
    const settled = await Promise.allSettled([...reads].map(async (one) => one()))
    const points = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
    return { ...family, points: points.slice(0, seriesLimit) }
  })
  return Promise.all([...counted, ...read])
}

function keepSeries<Kept extends { read: () => Point['value'] }>(
  labels: readonly string[],
  create: () => Kept,
) {
  const kept = new Map<string, { values: readonly string[]; one: Kept }>()
  const of = (...values: readonly string[]): Kept => {
    const key = values.join('\n')
    const known = kept.get(key)
    if (known) return known.one
    if (kept.size >= seriesLimit && values.some((value) => value !== other))
      return of(...labels.map(() => other))
    const one = create()
    kept.set(key, { values, one })
    return one
  }
  const points = (): Point[] =>
    [...kept.values()].map(({ values, one }) => ({
      labels: Object.fromEntries(labels.map((label, index) => [label, values[index] ?? ''])),
      value: one.read(),
    }))
  return { of, points }
}

const other = 'other'
