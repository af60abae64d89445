import type { RecentGauge, RecentRates } from '@rialto/kit/recent'
import type { GaugeSeries, RequestRate } from './contract.ts'
import { gather } from './informants.ts'
import { serviceOf } from './load.ts'
import type { Answers, OperationsOptions } from './operations.ts'

const sliceMs = 10_000
/** Series beyond are left out; a reader asks for a service or a name. */
const seriesLimit = 2_000

type Reads = Pick<Answers, 'listRequestRates' | 'listGauges'>

export function metricReads({ informants, now = () => new Date() }: OperationsOptions): Reads {
  return {
    listRequestRates: async ({ minutes = 15, service }) => {
      const { answers, silent } = await gather<RecentRates[]>(informants, { path: '/recent/rates' })
      const since = now().getTime() - minutes * 60_000
      const fared = answers
        .flatMap(({ answer }) => answer)
        .filter(
          ({ at, operation }) => Date.parse(at) >= since && (!service || serviceOf(operation) === service),
        )
      return { items: ratesOf(fared).slice(0, seriesLimit), silent }
    },
    listGauges: async ({ minutes = 15, name }) => {
      const { answers, silent } = await gather<RecentGauge[]>(informants, { path: '/recent/gauges' })
      const since = now().getTime() - minutes * 60_000
      const items = answers.flatMap(({ process, answer }) =>
        seriesOf(
          answer.filter((gauge) => Date.parse(gauge.at) >= since && (!name || gauge.name === name)),
          process.name,
        ),
      )
      return { items: items.slice(0, seriesLimit), silent }
    },
  }
}

/** One series for each operation, whoever answered; those that are asked most come first. */
export function ratesOf(fared: readonly RecentRates[]): RequestRate[] {
  const series = [...Map.groupBy(fared, ({ operation }) => operation)].map(([operation, rates]) => ({
    operation,
    service: serviceOf(operation),
    points: [...Map.groupBy(rates, ({ at }) => sliceOf(at))].sort(([a], [b]) => a - b).map(pointOf),
  }))
  const asked = ({ points }: RequestRate) => points.reduce((sum, { count }) => sum + count, 0)
  return series.sort((a, b) => asked(b) - asked(a))
}

function pointOf([slice, rates]: [number, RecentRates[]]): RequestRate['points'][number] {
  const sum = (of: (rate: RecentRates) => number) => rates.reduce((total, rate) => total + of(rate), 0)
  const count = sum((rate) => rate.count)
  // Percentiles of several processes are weighted by how much each was asked.
  const weighted = (of: (rate: RecentRates) => number) =>
    count === 0 ? 0 : Math.round((sum((rate) => of(rate) * rate.count) / count) * 10) / 10
  return {
    at: new Date(slice).toISOString(),
    count,
    errors: sum((rate) => rate.errors),
    p50Ms: weighted((rate) => rate.p50Ms),
    p95Ms: weighted((rate) => rate.p95Ms),
    p99Ms: weighted((rate) => rate.p99Ms),
  }
}

function sliceOf(at: string): number {
  return Math.floor(Date.parse(at) / sliceMs) * sliceMs
}

function seriesOf(gauges: readonly RecentGauge[], instance: string): GaugeSeries[] {
  const groups = Map.groupBy(gauges, ({ name, labels }) => `${name} ${JSON.stringify(labels)}`)
  return [...groups.values()].map((group) => {
    const [{ name, labels }] = group as [RecentGauge]
    return { name, instance, labels, points: group.map(({ at, value }) => ({ at, value })) }
  })
}
