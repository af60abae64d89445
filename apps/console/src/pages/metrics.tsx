import { type GaugeSeries, operations, type RequestRate } from '@rialto/operations/contract'
import { call } from '../api.ts'
import { duration, measure, number } from '../format.ts'
import { Empty, Heading, Loaded, Silent } from '../parts/basics.tsx'
import { Chart, type Series } from '../parts/chart.tsx'
import { Choice } from '../parts/form.tsx'
import { ServiceChoice } from '../parts/service-choice.tsx'
import { useRoute } from '../router.ts'
import { useLive } from '../use-live.ts'

const minutes = 15
const shownOperations = 6

export function Metrics() {
  const { query } = useRoute()
  const service = query.get('service') || undefined
  const { data, error } = useLive(
    `metrics ${service}`,
    async () => {
      const [rates, gauges] = await Promise.all([
        call(operations.listRequestRates, { minutes, service }),
        call(operations.listGauges, { minutes }),
      ])
      return { rates: rates.items, gauges: gauges.items, silent: rates.silent }
    },
    10_000,
  )
  return (
    <>
      <Heading title="Metrics" />
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <ServiceChoice />
        <GaugeChoice gauges={data?.gauges ?? []} />
      </form>
      <Loaded data={data} error={error}>
        {({ rates, gauges, silent }) => (
          <>
            <Silent names={silent} />
            {rates.length === 0 ? (
              <Empty>Nothing was asked in the last {minutes} minutes. Each point is of ten seconds.</Empty>
            ) : (
              <Rates rates={rates.slice(0, shownOperations)} />
            )}
            <Gauges gauges={gauges} service={service} name={query.get('gauge') ?? ''} />
          </>
        )}
      </Loaded>
    </>
  )
}

type Point = RequestRate['points'][number]

function Rates({ rates }: { rates: readonly RequestRate[] }) {
  const series = (of: (point: Point) => number): Series[] =>
    rates.map(({ operation, points }) => ({
      name: operation,
      points: points.map((point) => ({ at: Date.parse(point.at), value: of(point) })),
    }))
  return (
    <section aria-labelledby="operations">
      <h2 id="operations">Operations asked most</h2>
      <div className="charts">
        <Chart title="Asked in ten seconds" series={series(({ count }) => count)} format={number} />
        <Chart title="Failed in ten seconds" series={series(({ errors }) => errors)} format={number} />
        <Chart title="Half took at most" series={series(({ p50Ms }) => p50Ms)} format={duration} />
        <Chart title="19 of 20 took at most" series={series(({ p95Ms }) => p95Ms)} format={duration} />
      </div>
    </section>
  )
}

const usual = [
  'rialto_event_loop_delay_seconds',
  'rialto_database_connections',
  'process_resident_memory_bytes',
  'rialto_outbox_messages',
]

function GaugeChoice({ gauges }: { gauges: readonly GaugeSeries[] }) {
  const names = [...new Set(gauges.map(({ name }) => name))].sort()
  return (
    <Choice
      name="gauge"
      label="Measures"
      options={[['', 'The usual ones'], ...names.map((name) => [name, wordsOf(name)] as const)]}
    />
  )
}

function Gauges({
  gauges,
  service,
  name,
}: {
  gauges: readonly GaugeSeries[]
  service?: string
  name: string
}) {
  const shown = name ? [name] : usual
  const charts = shown.flatMap((each) => {
    const own = gauges.filter(
      (gauge) => gauge.name === each && (!service || (gauge.labels.service ?? service) === service),
    )
    return own.length > 0 ? [{ name: each, series: own.slice(0, 12).map(seriesOf) }] : []
  })
  if (charts.length === 0) return <Empty>Measures are taken every ten seconds; there are none yet.</Empty>
  return (
    <section aria-labelledby="measures">
      <h2 id="measures">Measures of the processes</h2>
      <div className="charts">
        {charts.map(({ name: each, series }) => (
          <Chart key={each} title={wordsOf(each)} series={series} format={(value) => measure(each, value)} />
        ))}
      </div>
    </section>
  )
}

function seriesOf({ instance, labels, points }: GaugeSeries): Series {
  const words = Object.values(labels)
  return {
    name: words.length > 0 ? `${words.join(' ')} · ${instance}` : instance,
    points: points.map(({ at, value }) => ({ at: Date.parse(at), value })),
  }
}

/** `rialto_outbox_age_seconds` is `Outbox age`. */
function wordsOf(name: string): string {
  const words = name.replace(/^(?:rialto|process|nodejs)_|_(?:seconds|bytes)$/g, '').replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
