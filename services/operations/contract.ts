import { contract } from '@rialto/kit/contract'
import { conflict } from '@rialto/kit/problem'
import { Empty, input, Text, Type } from '@rialto/kit/schema'
import { ServiceContract, ServiceContractDetails } from './contract-documents.ts'
import {
  Fault,
  FaultKind,
  GaugeSeries,
  heardOf,
  Instance,
  LogLevel,
  LogLines,
  RequestRate,
  ServiceMap,
  Trace,
  TraceDetails,
} from './contract-shapes.ts'

export * from './contract-documents.ts'
export * from './contract-shapes.ts'

const access = 'staff:operations' as const
const Name = Text(100)
const minutes = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 60, default: 15, description: 'How far back' }),
)
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 }))

/** What runs, as the gateway gathers it from all living instances. It has no database, and so no messages. */
export const operations = contract(
  'operations',
  {
    version: 1,
    summary: 'What runs: instances, traces, logs, metrics, contracts and faults',
    messages: false,
  },
  {
    listInstances: {
      method: 'GET',
      path: '/instances',
      access,
      summary: 'List the processes that run, with what they do and how they are',
      reply: { 200: Type.Object({ items: Type.Array(Instance) }) },
    },
    getServiceMap: {
      method: 'GET',
      path: '/service-map',
      access,
      summary: 'Read how each service is, and who asked whom lately',
      reply: { 200: ServiceMap },
    },
    listTraces: {
      method: 'GET',
      path: '/traces',
      access,
      summary: 'Search the latest traces, newest first',
      description: 'Each instance keeps its latest spans in memory only.',
      query: Type.Object({
        text: Type.Optional(Type.String({ maxLength: 100, description: 'In the name of any span' })),
        service: Type.Optional(Name),
        failed: Type.Optional(Type.Boolean({ description: '`true`: only those with a failure' })),
        longerThanMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_600_000 })),
        limit,
      }),
      reply: { 200: Type.Object({ items: Type.Array(Trace), ...heardOf }, { title: 'Traces' }) },
    },
    getTrace: {
      method: 'GET',
      path: '/traces/:id',
      access,
      summary: 'Read one trace with all its spans, and those of the messages that followed from it',
      reply: { 200: TraceDetails },
    },
    listLogs: {
      method: 'GET',
      path: '/logs',
      access,
      summary: 'Read the latest lines of all logs, or those behind a position',
      query: Type.Object({
        position: Type.Optional(
          Type.String({ maxLength: 8_000, description: 'Of an earlier answer, to follow the logs' }),
        ),
        level: Type.Optional(
          Type.Unsafe<'debug' | 'info' | 'warn' | 'error'>({ ...LogLevel, description: 'And above' }),
        ),
        service: Type.Optional(Name),
        text: Type.Optional(Type.String({ maxLength: 100 })),
        traceId: Type.Optional(Name),
        limit,
      }),
      reply: { 200: LogLines },
    },
    listRequestRates: {
      method: 'GET',
      path: '/request-rates',
      access,
      summary: 'Read for each operation how often it was asked, how often it failed and how long it took',
      query: Type.Object({ minutes, service: Type.Optional(Name) }),
      reply: { 200: Type.Object({ items: Type.Array(RequestRate), ...heardOf }, { title: 'RequestRates' }) },
    },
    listGauges: {
      method: 'GET',
      path: '/gauges',
      access,
      summary: 'Read what instances measure of themselves, such as pools, queues and memory',
      query: Type.Object({ minutes, name: Type.Optional(Name) }),
      reply: { 200: Type.Object({ items: Type.Array(GaugeSeries), ...heardOf }, { title: 'Gauges' }) },
    },
    listServiceContracts: {
      method: 'GET',
      path: '/service-contracts',
      access,
      summary: 'List the contracts that are served, those learned from the fleet among them',
      reply: { 200: Type.Object({ items: Type.Array(ServiceContract) }) },
    },
    getServiceContract: {
      method: 'GET',
      path: '/service-contracts/:name',
      access,
      summary: 'Read a contract with its operations and events, and what changed since it was accepted',
      reply: { 200: ServiceContractDetails },
    },
    changeLogLevel: {
      method: 'PUT',
      path: '/log-level',
      access,
      summary: 'Let the log of all processes, or of those of a service, tell more or less from now on',
      description: 'Until they end: a process that starts tells what LOG_LEVEL says.',
      idempotent: 'by-content',
      body: input({ level: LogLevel, service: Type.Optional(Name) }),
      reply: {
        200: Type.Object(
          { level: LogLevel, instances: Type.Integer({ description: 'Those that took it' }), ...heardOf },
          { title: 'ChangedLogLevel' },
        ),
      },
    },
    listFaults: {
      method: 'GET',
      path: '/faults',
      access,
      summary: 'List the faults that were injected, and whether any may be',
      reply: {
        200: Type.Object(
          {
            allowed: Type.Boolean({ description: 'In development only' }),
            items: Type.Array(Fault),
            ...heardOf,
          },
          { title: 'Faults' },
        ),
      },
    },
    injectFault: {
      method: 'PUT',
      path: '/faults/:service',
      access,
      summary: 'Make a service slow, fail or crash, to see what the shop makes of it',
      description: 'In development only, and for ten minutes at most.',
      body: input({
        kind: FaultKind,
        percent: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 100 })),
        delayMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 30_000, default: 2_000 })),
        seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 600, default: 60 })),
      }),
      reply: { 200: Fault },
      problems: [conflict],
    },
    removeFault: {
      method: 'DELETE',
      path: '/faults/:service',
      access,
      summary: 'Let a service work again as it does',
      reply: { 204: Empty },
      problems: [conflict],
    },
  },
)
