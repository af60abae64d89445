import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import type { Broker } from '@rialto/kit/broker'
import { createCall, type Find } from '@rialto/kit/client'
import type { ContractInfo, Operation } from '@rialto/kit/contract'
import type { Dispatch } from '@rialto/kit/dispatch'
import {
  addRoutes,
  answerProblems,
  answerUnknown,
  asProblem,
  jsonBodyLimit,
  sendProblem,
} from '@rialto/kit/http'
import { newId } from '@rialto/kit/id'
import { publicOperations } from '@rialto/kit/known-contracts'
import type { LearnedContracts } from '@rialto/kit/learn-contracts'
import { unavailable } from '@rialto/kit/problem'
import { defaultTimeoutMs } from '@rialto/kit/request'
import type { Logger } from '@rialto/kit/telemetry'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { answerBrokenRequest } from './broken-request.ts'
import { dropOnEvents, serveFromCache } from './caching.ts'
import { addDocs } from './docs.ts'
import { addGraph } from './graphql/routes.ts'
import { serveLearned } from './learned.ts'
import { type Live, type LiveTimes, openLive } from './live/live.ts'
import { type LookAgain, watchOperation } from './live/watch-operation.ts'
import { answerOtherMethods } from './other-methods.ts'
import { mountPages, type PageHandler } from './pages.ts'
import { createReplyCache, type ReplyCache } from './reply-cache.ts'
import { createSessions, type Sessions, visitorOf } from './session.ts'
import { measureKept, traceGateway } from './trace.ts'
import { openLines } from './traffic/room/lines.ts'
import { openWaitingRoom, type WaitingRoom } from './traffic/room/waiting-room.ts'
import { type TrafficSettings, trustedProxies } from './traffic/settings.ts'
import {
  type Bounds,
  boundClients,
  type Patience,
  serverTimes,
  patience as standardPatience,
} from './traffic/slow-clients.ts'
import { openTraffic, standardTraffic, type Traffic } from './traffic/traffic.ts'
import { agentOf, createVisits, type Visits } from './visits.ts'

export interface GatewayOptions {
  readonly contracts: readonly ContractInfo[]
  /** What the fleet has beyond them, learned while the gateway runs. */
  readonly learned?: LearnedContracts
  readonly find: Find
  readonly broker: Broker
  readonly log: Logger
  /** Whether each request is a line of the log, at the level info; not by default. */
  readonly logsRequests?: boolean
  /** Signs guest identities; at least 32 characters. */
  readonly secret: string
  /** While the secret is changed: the one before or the one to come, which is accepted too. */
  readonly otherSecret?: string
  /** Whether the shop is reached over HTTPS only. */
  readonly secure: boolean
  readonly version: string
  /** Whether the graph tells of itself at `/graphql`; it does not by default. */
  readonly introspection?: boolean
  /** Whether there is a page to ask it from; there is none by default. */
  readonly explorer?: boolean
  /** Renders every address that the API does not know; without it they are told to be unknown. */
  readonly pages?: PageHandler
  /** Limits and proxies; the defaults unless given. */
  readonly traffic?: TrafficSettings
  /** How long slow clients are waited for; tests have less of it. */
  readonly patience?: Patience
  /** How live updates pace themselves; tests have less time. */
  readonly liveTimes?: LiveTimes
  /** Of the line in a waiting room; tests move it. */
  readonly now?: () => number
}

export const apiPrefix = '/api'

/** What a gateway shares with the one for operations that were learned, which stands behind it. */
interface Common {
  readonly sessions: Sessions
  readonly cache: ReplyCache
  readonly traffic: Traffic
  readonly live: Live
  readonly room: WaitingRoom
  /** Operations of the one in front. */
  readonly builtIn: readonly Operation[]
}

/** Makes the one door: the public REST API of all services, with sessions, cache, limits and its documents. */
export async function createGateway(options: GatewayOptions, common?: Common): Promise<FastifyInstance> {
  const { contracts, find } = options
  const app = await openServer(options)
  const operations = contracts.flatMap(publicOperations)
  const shared = common ?? { ...(await openCommon(app, options)), builtIn: operations }
  const { sessions, cache, traffic, live, room } = shared
  live.listen(operations)
  const learn = learnBehind(app, options, shared)
  traceGateway(app, options.logsRequests ? options.log : undefined)
  boundClients(app, boundsOf(options))
  app.decorateRequest('visitor', undefined)
  app.decorateRequest('identifying', undefined)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).headers(safetyHeaders)
  })
  serveFromCache(app, cache, sessions)
  traffic.guard(app)
  room.guard(app)
  const visits = createVisits(sessions)
  completeBodies(app, visits)
  const dispatch = traffic.shedding.counted(dispatchTo(find))
  const lookAgain = lookAgainBy(sessions, traffic)
  answerOtherMethods(app, operations, apiPrefix, common?.builtIn)
  addRoutes(app, operations, {
    prefix: apiPrefix,
    dispatch,
    identify: identifyBy(shared),
    instead: watchOperation({ live, dispatch, admit: admitBy(shared), lookAgain }),
    finish: (operation, request, reply, body) => {
      if (operation.cache) request.answeredId = (body as { id?: string } | null)?.id
      else reply.header('cache-control', 'no-store')
      visits.finish(operation, request, reply, body)
    },
  })
  const serveInGraph = addGraph(app, {
    ...options,
    ...{ operations, dispatch, visits, cache, live, lookAgain },
    identify: identifyInGraphBy(shared),
    visitor: (request) => visitorOf(request, sessions),
  })
  learn(addDocs(app, contracts, options.version), serveInGraph)
  if (options.pages) mountPages(app, apiPrefix, options.pages)
  else answerUnknown(app)
  return app
}

async function openCommon(app: FastifyInstance, options: GatewayOptions): Promise<Omit<Common, 'builtIn'>> {
  const { broker, find, log, secret, otherSecret, secure, traffic: settings = standardTraffic() } = options
  const cache = createReplyCache()
  app.addHook('onClose', measureKept(cache))
  dropOnEvents(broker, cache)
  const traffic = await openTraffic(settings, log)
  app.addHook('onClose', traffic.close)
  const live = openLive({ broker, log, settings, terms: options.liveTimes })
  // Before connections are waited for: streams do not end by themselves.
  app.addHook('preClose', async () => live.close())
  const call = ownCall(find)
  const sessions = createSessions({ secret, otherSecret, secure, call })
  const { now } = options
  const lines = await openLines({ url: settings.VALKEY_URL, log, now })
  const room = openWaitingRoom({ call, broker, sessions, lines, log, secret, now })
  // Not waited for: where pricing is away, the shop opens all the same.
  app.addHook('onReady', async () => void room.look())
  app.addHook('onClose', async () => room.close())
  return { sessions, cache, traffic, live, room }
}

/** The server without its routes: what it takes at all, and for how long it waits. */
async function openServer(options: GatewayOptions): Promise<FastifyInstance> {
  const { patience, proxies } = boundsOf(options)
  const app = fastify({
    ...serverTimes(patience),
    bodyLimit: jsonBodyLimit,
    trustProxy: proxies.length > 0 && [...proxies],
    genReqId: () => newId('req'),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    logger: false,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) =>
      sendProblem(reply as FastifyReply, asProblem(error), request.id),
  })
  app.removeContentTypeParser('text/plain')
  takeEmptyBodies(app)
  answerProblems(app, options.log)
  await app.register(cookie)
  await app.register(compress, {
    globalDecompression: false,
    threshold: 1_024,
    encodings: ['gzip', 'deflate'],
  })
  return app
}

function boundsOf({ traffic = standardTraffic(), patience = standardPatience }: GatewayOptions): Bounds {
  return {
    patience,
    connectionsPerAddress: traffic.CONNECTIONS_PER_ADDRESS,
    proxies: trustedProxies(traffic),
  }
}

/**
 * Puts a second gateway behind this one, for what is learned; it has all that this one has. Answers with the way to begin,
 * which is handed the ways to renew the documents and the graph.
 */
function learnBehind(app: FastifyInstance, { learned, ...options }: GatewayOptions, common: Common) {
  if (!learned) return () => {}
  const open = (contracts: readonly ContractInfo[]) =>
    createGateway({ ...options, contracts, pages: undefined }, common)
  const prepareRoutes = serveLearned(app, { prefix: apiPrefix, builtIn: common.builtIn, open })
  return (prepareDocs: ReturnType<typeof addDocs>, serveInGraph: ReturnType<typeof addGraph>) =>
    learned.serve(async (known) => {
      const commitDocs = prepareDocs(known.contracts)
      const commitRoutes = await prepareRoutes(known.learned)
      return () => {
        commitRoutes()
        commitDocs()
        serveInGraph(known.contracts.flatMap(publicOperations))
      }
    })
}

/** Many clients name JSON as their content type even when there is no body, such as at a DELETE. */
function takeEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) =>
    body === '' ? done(null, undefined) : parse(request, body, done),
  )
}

const safetyHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-frame-options': 'SAMEORIGIN',
}

function dispatchTo(find: Find): Dispatch {
  return (operation, input, request) => {
    const dispatch = find(operation.service)
    if (!dispatch)
      throw unavailable(`The ${operation.service} service is away just now.`, { service: operation.service })
    return dispatch(operation, input, request)
  }
}

/** The gateway's own calls, such as asking whose session a token is. */
function ownCall(find: Find) {
  return ((operation, input, options) => {
    const request = {
      actor: { kind: 'service', name: 'gateway' },
      requestId: newId('req'),
      deadline: Date.now() + defaultTimeoutMs,
    } as const
    return createCall(find, 'gateway', request)(operation, input, options)
  }) as ReturnType<typeof createCall>
}

/** The visitor who asks for the operation at this address, unless it is too much. */
function admitBy({ sessions, traffic: { limits }, room }: Common) {
  return async (request: FastifyRequest) => {
    const visitor = await visitorOf(request, sessions)
    const { operation } = request.routeOptions.config
    if (!operation) return visitor
    await limits.admit(operation, request, visitor)
    await room.admitOne(operation, request, visitor)
    return visitor
  }
}

function identifyBy(common: Common) {
  const admit = admitBy(common)
  return async (request: FastifyRequest) => {
    const { actor, sessionId } = await admit(request)
    const { operation } = request.routeOptions.config
    const userAgent = operation && agentOf(operation, request)
    return { actor, sessionId, userAgent, deadline: Date.now() + defaultTimeoutMs }
  }
}

/** Who watches, found out anew at each look. In a rush it has to wait. */
function lookAgainBy(sessions: Sessions, { shedding }: Traffic): LookAgain {
  return async (request, operation) => {
    shedding.admitOne(operation, request)
    const { actor, sessionId, untold } = await sessions.identify(request)
    if (untold !== undefined) throw untold
    return { actor, sessionId }
  }
}

/** The same for one of the operations of a question. */
function identifyInGraphBy({ sessions, traffic: { limits, shedding }, room }: Common) {
  return async (request: FastifyRequest, operation: Operation) => {
    shedding.admitOne(operation, request)
    const visitor = await visitorOf(request, sessions, operation)
    await limits.admitOne(operation, request, visitor)
    await room.admitOne(operation, request, visitor)
    const { actor, sessionId } = visitor
    return { actor, sessionId, userAgent: agentOf(operation, request) }
  }
}

function completeBodies(app: FastifyInstance, visits: Visits): void {
  app.addHook('preHandler', async (request) => {
    const { operation } = request.routeOptions.config
    if (operation) request.body = visits.complete(operation, request, request.body)
  })
}
