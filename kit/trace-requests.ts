import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Operation } from './contract.ts'
import type { Histogram } from './metrics.ts'
import type { Logger } from './telemetry.ts'
import { beginTrace, originOf, type Span, type SpanStart, traceparentHeader } from './trace.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The request in its trace; at doors that are traced. */
    span?: Span
    /** By a clock that never goes back. */
    startedMs: number
    /** What a refusal or a failure is called. */
    problem?: string
  }
}

export interface TraceRequestsOptions {
  /** Whose door it is, unless an operation tells. */
  readonly service?: string
  /** Whether what the request says of its trace is not to be relied on. */
  readonly isStranger: (request: FastifyRequest) => boolean
  /** What a request that is no operation is for, such as `page`; undefined when it is not worth a word. */
  readonly other?: (request: FastifyRequest) => string | undefined
  /** Hears of each request that was answered. */
  readonly answered?: (request: FastifyRequest, answer: Answered) => void
}

export interface Answered {
  /** `orders.checkout`, or what else it was for. */
  readonly what: string
  readonly status: number
  readonly seconds: number
}

/**
 * Begins a part of a trace with each request, or continues that of the caller. Only templates of addresses are told,
 * neither what stands in them nor what is asked for.
 */
export function traceRequests(app: FastifyInstance, options: TraceRequestsOptions): void {
  const { service, isStranger, other = () => undefined, answered } = options
  app.decorateRequest('span', undefined)
  app.decorateRequest('startedMs', 0)
  app.decorateRequest('problem', undefined)
  app.addHook('onRequest', (request, _, done) => {
    const { operation } = request.routeOptions.config
    if (!operation && other(request) === undefined) return done()
    request.startedMs = performance.now()
    const header = request.headers[traceparentHeader]
    const origin = header === undefined ? undefined : originOf(header)
    const start = () => startOf(request, service ?? operation?.service ?? '')
    request.span = beginTrace(start, origin, origin !== undefined && isStranger(request))
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    if (request.startedMs > 0) {
      const { operation } = request.routeOptions.config
      const what = operation ? nameOf(operation) : (other(request) ?? '')
      end(request, reply, what)
      const seconds = (performance.now() - request.startedMs) / 1_000
      answered?.(request, { what, status: reply.raw.statusCode, seconds })
    }
    done()
  })
}

const names = new WeakMap<Operation, string>()

function nameOf(operation: Operation): string {
  let name = names.get(operation)
  if (name === undefined) {
    name = `${operation.service}.${operation.name}`
    names.set(operation, name)
  }
  return name
}

function startOf({ method }: FastifyRequest, service: string): SpanStart {
  return { name: method, kind: 'server', service, attributes: { 'http.request.method': method } }
}

function end(request: FastifyRequest, reply: FastifyReply, what: string): void {
  const { span, problem } = request
  if (!span?.sampled) return
  const route = request.is404 ? undefined : request.routeOptions.url
  const status = reply.raw.statusCode
  span.name = `${request.method} ${route ?? what}`
  span.set({
    'http.response.status_code': status,
    'rialto.operation': what,
    ...(route !== undefined && { 'http.route': route }),
    ...(problem !== undefined && status < 500 && { 'rialto.problem': problem }),
    ...(status >= 500 && { 'error.type': problem ?? String(status) }),
  })
  if (status >= 500) span.failed = true
  span.end()
}

/** One line for each request, where the log tells as much. Neither who asked nor for what is told. */
export function lineOfRequest(log: Logger) {
  return ({ id, method, span }: FastifyRequest, { what, status, seconds }: Answered): void => {
    if (!log.isLevelEnabled('info')) return
    const traceId = span?.traceId
    log.info(
      { operation: what, method, status, seconds, requestId: id, ...(traceId && { traceId }) },
      'answered',
    )
  }
}

/** One histogram for each thing that is asked for and each class of answers. */
export function byStatus(of: (what: string, status: string) => Histogram) {
  const known = new Map<string, Histogram[]>()
  return ({ what, status, seconds }: Answered): void => {
    const each = known.get(what) ?? []
    known.set(what, each)
    const hundreds = Math.floor(status / 100)
    each[hundreds] ??= of(what, `${hundreds}xx`)
    each[hundreds].record(seconds)
  }
}
