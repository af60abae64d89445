import { entity, Instant, oneOf, type Static, Type } from '@rialto/kit/schema'

// What an operator sees of the processes that run.

const silent = Type.Array(Type.String(), {
  description: 'Instances that did not answer in time; what they know is missing',
})
export const heardOf = { silent }

const Share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description })
const Milliseconds = (description?: string) =>
  Type.Number({ minimum: 0, ...(description && { description }) })

/** What was asked of somebody in the last minute, and what came of it. */
const load = {
  perMinute: Type.Number({ description: 'Requests in the last minute' }),
  failedShare: Share('How many of them failed for a fault of ours'),
  p50Ms: Milliseconds('Half of them took at most so long; of several operations, about'),
  p95Ms: Milliseconds('19 of 20 took at most so long; of several operations, about'),
}

export const Instance = entity('Instance', {
  id: Type.String({ description: 'As the process announces itself; else its address' }),
  name: Type.String({ examples: ['orders', 'gateway', 'rialto'] }),
  services: Type.Array(Type.String()),
  url: Type.Optional(Type.String({ description: 'Where the fleet reaches it; none when it is alone' })),
  version: Type.Optional(Type.String()),
  state: oneOf(['ready', 'starting', 'draining', 'database-away', 'silent'], {
    title: 'InstanceState',
    description: '`silent`: it did not answer in time',
  }),
  why: Type.Optional(Type.String({ description: 'Why it is silent, in plain words' })),
  startedAt: Type.Optional(Instant),
  ...load,
})
export type Instance = Static<typeof Instance>

export const MappedService = entity('MappedService', {
  name: Type.String(),
  instances: Type.Integer({ description: 'How many are known' }),
  ready: Type.Integer({ description: 'How many of them take work' }),
  versions: Type.Array(Type.String()),
  ...load,
})
export type MappedService = Static<typeof MappedService>

export const ServiceCall = entity('ServiceCall', {
  from: Type.String(),
  to: Type.String(),
  kind: oneOf(['call', 'message'], { title: 'ServiceCallKind' }),
  count: Type.Integer({ description: 'Among the traces that are kept' }),
  failed: Type.Integer(),
})
export type ServiceCall = Static<typeof ServiceCall>

export const ServiceMap = entity('ServiceMap', {
  at: Instant,
  services: Type.Array(MappedService),
  calls: Type.Array(ServiceCall, { description: 'Who asked or told whom' }),
  ...heardOf,
})
export type ServiceMap = Static<typeof ServiceMap>

export const Trace = entity('Trace', {
  id: Type.String(),
  name: Type.String({ description: 'What it began with' }),
  service: Type.String(),
  at: Instant,
  durationMs: Milliseconds('From the first beginning to the last end that is known'),
  spans: Type.Integer(),
  services: Type.Array(Type.String()),
  failed: Type.Boolean({ description: 'Whether anything in it failed' }),
})
export type Trace = Static<typeof Trace>

export const Span = entity('Span', {
  id: Type.String(),
  traceId: Type.String({ description: 'Of work that followed a message, another one than asked for' }),
  parentId: Type.Optional(Type.String({ description: 'The span that it is a part of, or that caused it' })),
  name: Type.String(),
  kind: oneOf(['server', 'client', 'internal', 'producer', 'consumer'], { title: 'SpanKind' }),
  service: Type.String(),
  instance: Type.String(),
  at: Instant,
  durationMs: Milliseconds(),
  failed: Type.Boolean(),
  attributes: Type.Record(Type.String(), Type.String()),
})
export type Span = Static<typeof Span>

export const TraceDetails = entity('TraceDetails', {
  id: Type.String(),
  at: Instant,
  durationMs: Milliseconds(),
  spans: Type.Array(Span, { description: 'In the order of their beginning, at most 1,000' }),
  ...heardOf,
})
export type TraceDetails = Static<typeof TraceDetails>

export const LogLevel = oneOf(['debug', 'info', 'warn', 'error'], { title: 'LogLevel' })

export const LogLine = entity('LogLine', {
  at: Instant,
  level: LogLevel,
  instance: Type.String(),
  service: Type.Optional(Type.String()),
  traceId: Type.Optional(Type.String()),
  message: Type.String(),
  fields: Type.Record(Type.String(), Type.String()),
})
export type LogLine = Static<typeof LogLine>

export const LogLines = entity('LogLines', {
  lines: Type.Array(LogLine, { description: 'In the order of their time' }),
  position: Type.String({ description: 'Pass it as `position` to read on behind these' }),
  ...heardOf,
})
export type LogLines = Static<typeof LogLines>

export const RequestRate = entity('RequestRate', {
  operation: Type.String({ examples: ['orders.getOrder'] }),
  service: Type.String(),
  points: Type.Array(
    entity('RequestRatePoint', {
      at: Type.Unsafe<string>({ ...Instant, description: 'Begin of ten seconds' }),
      count: Type.Integer(),
      errors: Type.Integer(),
      p50Ms: Milliseconds(),
      p95Ms: Milliseconds(),
      p99Ms: Milliseconds(),
    }),
  ),
})
export type RequestRate = Static<typeof RequestRate>

export const GaugeSeries = entity('GaugeSeries', {
  name: Type.String({ examples: ['event_loop_delay_seconds'] }),
  instance: Type.String(),
  labels: Type.Record(Type.String(), Type.String()),
  points: Type.Array(entity('GaugePoint', { at: Instant, value: Type.Number() })),
})
export type GaugeSeries = Static<typeof GaugeSeries>

export const FaultKind = oneOf(['slow', 'fail', 'crash'], {
  title: 'FaultKind',
  description:
    '`slow`: answers later; `fail`: answers that it is away; `crash`: its processes end at once, as by kill -9',
})

export const Fault = entity('Fault', {
  service: Type.String(),
  kind: FaultKind,
  percent: Type.Integer({ description: 'Of the requests to it' }),
  delayMs: Type.Integer({ description: 'By so much later, where it is slow' }),
  until: Type.Unsafe<string>({ ...Instant, description: 'When it ends by itself' }),
  instances: Type.Integer({ description: 'How many instances have it' }),
})
export type Fault = Static<typeof Fault>
