import type { Process } from './export-telemetry.ts'
import { measureProcess } from './measure-process.ts'
import { keepRecent } from './recent.ts'
import { type Static, Type } from './schema.ts'
import type { Logger } from './telemetry.ts'
import { sampleTraces } from './trace.ts'

const endpoint = Type.Optional(
  Type.String({ pattern: '^https?://', description: 'Give a collector, such as http://localhost:4318.' }),
)
const exporter = Type.String({
  default: 'otlp',
  pattern: '^(?:otlp|none)$',
  description: 'Give otlp or none; Prometheus is served at METRICS_PORT.',
})

/** Settings of traces and metrics. The names that begin with OTEL_ are those of OpenTelemetry. */
export const telemetrySettings = {
  config: Type.Object({
    NODE_ENV: Type.Optional(Type.String()),
    RIALTO_TRACE_SAMPLE: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'Give the part of what shoppers do that is traced, from 0 to 1; it is 1, and in production 0.1.',
      }),
    ),
    OTEL_SDK_DISABLED: Type.Boolean({
      default: false,
      description: 'Give `true` to trace and measure nothing, else `false`.',
    }),
    OTEL_TRACES_SAMPLER: Type.Optional(
      Type.String({
        pattern: '^(?:parentbased_)?(?:always_on|always_off|traceidratio)$',
        description: 'Give always_on, always_off or traceidratio, or one of them after parentbased_.',
      }),
    ),
    OTEL_TRACES_SAMPLER_ARG: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Give the part that is traced, from 0 to 1.' }),
    ),
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: Type.String({
      default: 'http/protobuf',
      pattern: '^http/(?:protobuf|json)$',
      description: 'Give http/protobuf or http/json.',
    }),
    OTEL_TRACES_EXPORTER: exporter,
    OTEL_METRICS_EXPORTER: exporter,
    OTEL_BSP_SCHEDULE_DELAY: Type.Integer({
      default: 5_000,
      minimum: 10,
      maximum: 600_000,
      description: 'Give the milliseconds for which spans are gathered before they are sent.',
    }),
    OTEL_METRIC_EXPORT_INTERVAL: Type.Integer({
      default: 60_000,
      minimum: 100,
      maximum: 3_600_000,
      description: 'Give the milliseconds from one export of metrics to the next.',
    }),
    METRICS_PORT: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        description:
          'Give the port at which Prometheus asks for metrics, such as 9464; there is none by default.',
      }),
    ),
    METRICS_HOST: Type.String({
      default: '0.0.0.0',
      description: 'Give the address at which Prometheus asks for metrics.',
    }),
  }),
}
export type TelemetrySettings = Static<typeof telemetrySettings.config>

export interface TelemetryOptions {
  readonly of: Process
  readonly settings: TelemetrySettings
  readonly log: Logger
}

/**
 * Begins to trace and measure what this process does, and to send it where the settings say. What is needed for that is
 * loaded only then. The function returned ends it.
 */
export async function openTelemetry({ of, settings, log }: TelemetryOptions): Promise<() => Promise<void>> {
  if (settings.OTEL_SDK_DISABLED) return async () => {}
  sampleTraces(ratioOf(settings))
  const forget = keepRecent()
  const unmeasure = measureProcess(of)
  const closing = await openExports({ of, settings, log })
  return async () => {
    sampleTraces(undefined)
    forget()
    unmeasure()
    await Promise.all(closing.map((close) => close()))
  }
}

async function openExports({ of, settings, log }: TelemetryOptions): Promise<(() => Promise<void>)[]> {
  const tracesUrl = urlOf(settings, 'traces')
  const metricsUrl = urlOf(settings, 'metrics')
  const { METRICS_PORT: port, METRICS_HOST: host } = settings
  if (tracesUrl === undefined && metricsUrl === undefined && port === undefined) return []
  const { exportMetrics, exportTraces, serveMetrics } = await import('./export-telemetry.ts')
  const json = settings.OTEL_EXPORTER_OTLP_PROTOCOL === 'http/json'
  const { OTEL_BSP_SCHEDULE_DELAY: spansMs, OTEL_METRIC_EXPORT_INTERVAL: metricsMs } = settings
  const common = { of, json, log }
  return [
    ...(tracesUrl === undefined ? [] : [exportTraces({ ...common, url: tracesUrl, everyMs: spansMs })]),
    ...(metricsUrl === undefined ? [] : [exportMetrics({ ...common, url: metricsUrl, everyMs: metricsMs })]),
    ...(port === undefined ? [] : [keepServing(() => serveMetrics(of, { port, host }), log)]),
  ]
}

/** Undefined when nobody wants it. */
function urlOf(settings: TelemetrySettings, signal: 'traces' | 'metrics'): string | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: common } = settings
  const own =
    signal === 'traces'
      ? settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
      : settings.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT
  const exporter = signal === 'traces' ? settings.OTEL_TRACES_EXPORTER : settings.OTEL_METRICS_EXPORTER
  if (exporter === 'none') return undefined
  return own ?? (common && `${common.replace(/\/$/, '')}/v1/${signal}`)
}

const againMs = 500

/** A process that takes the place of another one gets the port once that has ended. */
function keepServing(serve: () => Promise<{ close(): Promise<void> }>, log: Logger): () => Promise<void> {
  let serving: { close(): Promise<void> } | undefined
  let ended = false
  let told = false
  const attempt = async (): Promise<void> => {
    try {
      serving = await serve()
      if (ended) await serving.close()
    } catch (error) {
      if (!told) log.warn({ error: String(error) }, 'metrics wait for their port')
      told = true
      if (!ended) setTimeout(() => void attempt(), againMs).unref()
    }
  }
  void attempt()
  return async () => {
    ended = true
    await serving?.close()
  }
}

/** The part of new traces that is sampled; what is under way elsewhere keeps to what was decided there. */
export function ratioOf(settings: TelemetrySettings): number {
  const {
    RIALTO_TRACE_SAMPLE: own,
    OTEL_TRACES_SAMPLER: sampler,
    OTEL_TRACES_SAMPLER_ARG: part = 1,
  } = settings
  if (own !== undefined) return own
  if (sampler?.endsWith('always_on')) return 1
  if (sampler?.endsWith('always_off')) return 0
  if (sampler?.endsWith('traceidratio')) return part
  return settings.NODE_ENV === 'production' ? 0.1 : 1
}
