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
import { unavailable } from '@rialto/kit/problem'
import { defaultTimeoutMs } from '@rialto/kit/request'
import type { Logger } from '@rialto/kit/telemetry'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { answerBrokenRequest } from './broken-request.ts'
import { dropOnEvents, serveFromCache } from './caching.ts'
import { addDocs } from './docs.ts'
import { addGraph } from './graphql/routes.ts'
import { answerOtherMethods } from './other-methods.ts'
import { mountPages, type PageHandler } from './pages.ts'
import { publicOperations } from './public-operations.ts'
import { createReplyCache } from './reply-cache.ts'
import { createSessions, type Sessions, visitorOf } from './session.ts'
import { createVisits, type Visits } from './visits.ts'

export interface GatewayOptions {
  readonly contracts: readonly ContractInfo[]
  readonly find: Find
  readonly broker: Broker
  readonly log: Logger
  /** Signs guest identities; at least 32 characters. */
  readonly secret: string
  /** Whether the shop is reached over HTTPS only. */
  readonly secure: boolean
  readonly version: string
  /** Whether the graph tells of itself at `/graphql`; it does not by default. */
  readonly introspection?: boolean
  /** Whether there is a page to ask it from; there is none by default. */
  readonly explorer?: boolean
  /** Renders every address that the API does not know; without it they are told to be unknown. */
  readonly pages?: PageHandler
}

export const apiPrefix = '/api'

/** Makes the one door: the public REST API of all services, with sessions, cache, limits and its documents. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { contracts, find, log } = options
  const app = bareApp()
  app.removeContentTypeParser('text/plain')
  takeEmptyBodies(app)
  answerProblems(app, log)
  await app.register(cookie)
  await app.register(compress, { global: true, threshold: 1_024, encodings: ['gzip', 'deflate'] })
  const sessions = createSessions({ secret: options.secret, secure: options.secure, call: ownCall(find) })
  const cache = createReplyCache()
  dropOnEvents(options.broker, cache)
  app.decorateRequest('visitor', undefined)
  app.decorateRequest('identifying', undefined)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).headers(safetyHeaders)
  })
  serveFromCache(app, cache, sessions)
  const visits = createVisits(sessions)
  completeBodies(app, visits)
  const operations = contracts.flatMap(publicOperations)
  const dispatch = dispatchTo(find)
  const identify = identifyBy(sessions)
  answerOtherMethods(app, operations, apiPrefix)
  addRoutes(app, operations, {
    prefix: apiPrefix,
    dispatch,
    identify: (request) => identify(request, request.routeOptions.config.operation as Operation),
    finish: (operation, request, reply, body) => {
      if (operation.cache) request.answeredId = (body as { id?: string } | null)?.id
      else reply.header('cache-control', 'no-store')
      visits.finish(operation, request, reply, body)
    },
  })
  addGraph(app, {
    operations: () => operations,
    dispatch,
    identify,
    visits,
    cache,
    log,
    introspection: options.introspection ?? false,
    explorer: options.explorer ?? false,
  })
  addDocs(app, contracts, options.version)
  if (options.pages) mountPages(app, apiPrefix, options.pages)
  else answerUnknown(app)
  return app
}

function bareApp(): FastifyInstance {
  return fastify({
    bodyLimit: jsonBodyLimit,
    requestTimeout: 300_000,
    keepAliveTimeout: 65_000,
    genReqId: () => newId('req'),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    logger: false,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) =>
      sendProblem(reply as FastifyReply, asProblem(error), request.id),
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

/** Who asks for an operation, at its own address or in the graph. */
function identifyBy(sessions: Sessions) {
  return async (request: FastifyRequest, operation: Operation) => {
    const { actor } = await visitorOf(request, sessions, operation)
    return { actor, deadline: Date.now() + defaultTimeoutMs }
  }
}

function completeBodies(app: FastifyInstance, visits: Visits): void {
  app.addHook('preHandler', async (request) => {
    const { operation } = request.routeOptions.config
    if (operation) request.body = visits.complete(operation, request, request.body)
  })
}
