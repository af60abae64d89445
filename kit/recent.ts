import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Verify } from './actor-token.ts'
import { addLogLevel } from './log-level.ts'
import { collect } from './metrics.ts'
import { forbidden } from './problem.ts'
import { type Fared, fared, operationSeconds, type RecentRates, ratesSince } from './rates.ts'
import { createRing } from './ring.ts'
import { type Attributes, hearSpans, type Span, type SpanKind } from './trace.ts'

/** What this process did lately, kept in memory within limits, for the operator's console. */
export interface Recent {
  /** Those that ended last, the newest first; 200 unless told otherwise. */
  spans(filter?: SpanFilter): RecentSpan[]
  /** From the oldest on; what came after, if `after` is the `next` of an earlier answer. */
  logs(filter: LogFilter): { logs: RecentLog[]; next: number }
  rates(): RecentRates[]
  gauges(): RecentGauge[]
}

export interface RecentSpan {
  traceId: string
  spanId: string
  parentId?: string
  name: string
  kind: SpanKind
  service: string
  at: string
  durationMs: number
  failed: boolean
  attributes: Attributes
  links: readonly { traceId: string; spanId: string }[]
}

export interface RecentLog {
  at: string
  level: LogLevel
  service?: string
  traceId?: string
  message: string
  /** Censored already. */
  fields: Record<string, unknown>
}

export interface RecentGauge {
  name: string
  at: string
  value: number
  labels: Record<string, string>
}

export type { RecentRates } from './rates.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface SpanFilter {
  readonly traceId?: string
  /** Only what followed from messages of this trace. */
  readonly linkedTo?: string
  readonly service?: string
  /** A part of the name. */
  readonly text?: string
  readonly failed?: boolean
  readonly minMs?: number
  /** Only the first of each trace in this process. */
  readonly roots?: boolean
  readonly limit?: number
}

export interface LogFilter {
  readonly after?: number
  /** This one and graver ones. */
  readonly level?: LogLevel
  readonly service?: string
  readonly text?: string
  readonly traceId?: string
  readonly limit: number
}

const spansLimit = 5_000
const logsLimit = 2_000
const sliceMs = 10_000
const keptMs = 15 * 60_000
const ratesLimit = 20_000
const gaugesLimit = 20_000
const answerLimit = 5_000

const spans = createRing<Span>(spansLimit)
const lines = createRing<string>(logsLimit)
let rates: RecentRates[] = []
let gauges: RecentGauge[] = []

export const recent: Recent = {
  spans: (filter = {}) => {
    const found = spans.list().filter(matches(filter))
    return found
      .slice(-Math.min(filter.limit ?? 200, answerLimit))
      .reverse()
      .map(told)
  },
  logs: ({ after = 0, limit, ...filter }) => {
    const logs: RecentLog[] = []
    let next = Math.max(after, lines.next - logsLimit, 0)
    const from = after > lines.next ? 0 : after
    for (const line of lines.list(from)) {
      if (logs.length >= limit) return { logs, next }
      next++
      const log = read(line)
      if (log && wanted(log, filter)) logs.push(log)
    }
    return { logs, next: lines.next }
  },
  rates: () => [...rates],
  gauges: () => [...gauges],
}

/** Keeps a line of the log as it was written. */
export function keepLine(line: string): void {
  lines.add(line)
}

/** Keeps what happens from now on. The function returned ends that. */
export function keepRecent(): () => void {
  const forget = hearSpans(spans.add)
  let before = new Map<string, Fared>()
  const look = async () => {
    const at = new Date().toISOString()
    const collected = await collect()
    const since = Date.now() - keptMs
    const faredNow = fared(collected.find(({ name }) => name === operationSeconds)?.points ?? [])
    rates = within(since, ratesLimit, [...rates, ...ratesSince(before, faredNow, at)])
    before = faredNow
    const measured = collected.filter(({ type }) => type === 'gauge')
    const fresh = measured.flatMap(({ name, points }) =>
      points.map(({ labels, value }) => ({ name, at, value: value as number, labels: { ...labels } })),
    )
    gauges = within(since, gaugesLimit, [...gauges, ...fresh])
  }
  const timer = setInterval(() => void look(), sliceMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    forget()
  }
}

/** Tells the fleet, and nobody else, what this process did lately. */
export function addRecent(app: FastifyInstance, verify: Verify): void {
  app.register(async (scope) => {
    scope.addHook('onRequest', async (request) => {
      const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
      const actor = await verify(token, recentAudience)
      if (actor.kind !== 'service') throw forbidden('Only processes of the fleet are told.')
    })
    scope.get('/recent/spans', async (request) => recent.spans(spanFilterOf(queryOf(request))))
    scope.get('/recent/logs', async (request) => recent.logs(logFilterOf(queryOf(request))))
    scope.get('/recent/rates', async () => recent.rates())
    scope.get('/recent/gauges', async () => recent.gauges())
    addLogLevel(scope)
  })
}

/** For whom tokens are made out that ask for it. */
export const recentAudience = 'recent'

type Asked = Readonly<Record<string, string | undefined>>

function queryOf({ query }: FastifyRequest): Asked {
  const given = query as Record<string, unknown>
  return Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === 'string')) as Asked
}

function spanFilterOf({ traceId, linkedTo, service, text, failed, roots, minMs, limit }: Asked): SpanFilter {
  return {
    traceId,
    linkedTo,
    service,
    text,
    ...(failed !== undefined && { failed: failed === 'true' }),
    roots: roots === 'true',
    minMs: numberOf(minMs),
    limit: numberOf(limit),
  }
}

function logFilterOf({ after, level, service, text, traceId, limit }: Asked): LogFilter {
  const least = grave.find((known) => known === level)
  return { after: numberOf(after), level: least, service, text, traceId, limit: numberOf(limit) ?? 200 }
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text)
  return text === undefined || !Number.isFinite(number) || number < 0 ? undefined : number
}

function matches({ traceId, linkedTo, service, text, failed, minMs, roots }: SpanFilter) {
  return (span: Span): boolean =>
    (traceId === undefined || span.traceId === traceId) &&
    (linkedTo === undefined || span.links.some((link) => link.traceId === linkedTo)) &&
    (service === undefined || span.service === service) &&
    (text === undefined || span.name.includes(text)) &&
    (failed === undefined || span.failed === failed) &&
    (minMs === undefined || span.durationMs >= minMs) &&
    (!roots || span.parentId === undefined)
}

function told(span: Span): RecentSpan {
  const { traceId, spanId, parentId, name, kind, service, startMs, durationMs, failed, links } = span
  return {
    traceId,
    spanId,
    ...(parentId !== undefined && { parentId }),
    name,
    kind,
    service,
    at: new Date(startMs).toISOString(),
    durationMs,
    failed,
    attributes: { ...span.attributes },
    links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
  }
}

const levels: Readonly<Record<number, LogLevel>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' }
const grave: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

function read(line: string): RecentLog | undefined {
  try {
    const { level, time, service, traceId, msg, ...fields } = JSON.parse(line)
    return {
      at: time,
      level: levels[level] ?? 'error',
      ...(service !== undefined && { service }),
      ...(traceId !== undefined && { traceId }),
      message: msg ?? '',
      fields,
    }
  } catch {
    return undefined
  }
}

function wanted(log: RecentLog, { level, service, text, traceId }: Omit<LogFilter, 'limit'>): boolean {
  return (
    (level === undefined || grave.indexOf(log.level) >= grave.indexOf(level)) &&
    (service === undefined || log.service === service) &&
    (traceId === undefined || log.traceId === traceId) &&
    (text === undefined || JSON.stringify(log).toLowerCase().includes(text.toLowerCase()))
  )
}

function within<Item extends { at: string }>(since: number, limit: number, items: readonly Item[]): Item[] {
  return items.filter(({ at }) => Date.parse(at) >= since).slice(-limit)
}
