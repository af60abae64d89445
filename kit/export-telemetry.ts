import { createServer, type Server } from 'node:http'
import { type SpanKind as ApiKind, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto'
import { detectResources, envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace'
import { counter } from './metrics.ts'
import { metricsForReaders } from './metrics-for-readers.ts'
import type { Logger } from './telemetry.ts'
import { hearSpans, type Origin, type Span } from './trace.ts'

export interface Process {
  /** As its peers see it: `orders`, `gateway`, `rialto`. */
  readonly name: string
  readonly version: string
  /** Tells replicas apart. */
  readonly id: string
}

export interface Export {
  readonly of: Process
  /** None: as the variables of OpenTelemetry say. */
  readonly url?: string
  readonly json: boolean
  readonly everyMs: number
  readonly log: Logger
}

const dropped = counter('rialto_spans_dropped_total', 'Spans that the collector did not take in time')
/** A collector that is away holds nobody up who ends. */
const lastWordsMs = 1_000
/** Spans that wait to be sent; what comes beyond is let go of. */
const queueLimit = 2_048

/** Sends spans to a collector, many at once. Where it is away or slow they are let go of. */
export function exportTraces({ of, url, json, log, everyMs }: Export): () => Promise<void> {
  let queued = 0
  const exporter = tellingOfLoss(new (json ? JsonTraces : ProtoTraces)({ url }), log)
  const processor = new BatchSpanProcessor({
    exporter: {
      export: (spans, done) => {
        queued -= spans.length
        exporter.export(spans, done)
      },
      shutdown: exporter.shutdown,
    },
    maxQueueSize: queueLimit,
    scheduledDelayMillis: everyMs,
  })
  const resources = new Map<string, Resource>()
  const resourceOf = (service: string): Resource => {
    const known = resources.get(service) ?? resource({ ...of, name: service })
    resources.set(service, known)
    return known
  }
  const forget = hearSpans((span) => {
    // The processor would let go of it as well, and tell nobody.
    if (queued >= queueLimit) return dropped().add(1)
    queued++
    processor.onEnd(readable(span, resourceOf(span.service)))
  })
  return async () => {
    forget()
    await atMost(lastWordsMs, processor.shutdown())
  }
}

export function exportMetrics({ of, url, json, everyMs }: Export): () => Promise<void> {
  const reader = new PeriodicExportingMetricReader({
    exporter: new (json ? JsonMetrics : ProtoMetrics)({ url }),
    exportIntervalMillis: everyMs,
    exportTimeoutMillis: Math.min(everyMs, 10_000),
    metricProducers: [metricsForReaders],
  })
  const provider = new MeterProvider({ readers: [reader], resource: resource(of) })
  return () => atMost(lastWordsMs, provider.shutdown())
}

/** Lets Prometheus ask for all there is at `/metrics`. Throws when the port is taken. */
export async function serveMetrics(
  of: Process,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const exporter = new PrometheusExporter({
    preventServerStart: true,
    metricProducers: [metricsForReaders],
    withoutScopeInfo: true,
    withoutTargetInfo: true,
  })
  const provider = new MeterProvider({ readers: [exporter], resource: resource(of) })
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url?.split('?')[0] === '/metrics')
      return exporter.getMetricsRequestHandler(request, response)
    response.writeHead(404).end()
  })
  await listening(server, port, host)
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await atMost(lastWordsMs, provider.shutdown())
    },
  }
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      server.unref()
      resolve()
    })
  })
}

function resource({ name, version, id }: Process): Resource {
  const own = { 'service.name': name, 'service.namespace': 'rialto', 'service.version': version }
  const environment = detectResources({ detectors: [envDetector] })
  return environment.merge(resourceFromAttributes({ ...own, 'service.instance.id': id }))
}

/** The log tells of it once for each time the collector goes away. */
function tellingOfLoss(exporter: SpanExporter, log: Logger): SpanExporter {
  let away = false
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const lost = result.code !== 0
        if (lost) dropped().add(spans.length)
        if (lost && !away) log.warn({ error: String(result.error) }, 'the collector does not take spans')
        away = lost
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
  }
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work.catch(() => {}), late])
  clearTimeout(timer)
}

const kinds: Readonly<Record<Span['kind'], ApiKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

function readable(span: Span, of: Resource): ReadableSpan {
  const { traceId, parentId } = span
  const context = contextOf(span)
  return {
    name: span.name,
    kind: kinds[span.kind],
    spanContext: () => context,
    ...(parentId !== undefined && {
      parentSpanContext: contextOf({ traceId, spanId: parentId, sampled: true }),
    }),
    startTime: time(span.startMs),
    endTime: time(span.startMs + span.durationMs),
    duration: time(span.durationMs),
    status: { code: span.failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: span.attributes,
    links: span.links.map((link) => ({ context: contextOf(link) })),
    events: [],
    ended: true,
    resource: of,
    instrumentationScope: { name: '@rialto/kit' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function contextOf({ traceId, spanId, sampled }: Origin) {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE }
}

/** Seconds and nanoseconds. */
function time(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1_000)
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)]
}
