import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import { identity, type Session } from '@rialto/identity/contract'
import type { Broker } from '@rialto/kit/broker'
import { createCall, type Find } from '@rialto/kit/client'
import { accessList, type ContractInfo, type Operation } from '@rialto/kit/contract'
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
import { serveLearned } from './learned.ts'
import { answerOtherMethods } from './other-methods.ts'
import { mountPages, type PageHandler } from './pages.ts'
import { createReplyCache, type ReplyCache } from './reply-cache.ts'
import { createSessions, type Sessions, visitorOf } from './session.ts'

export interface GatewayOptions {
  readonly contracts: readonly ContractInfo[]
  /** What the fleet has beyond them, learned while the gateway runs. */
  readonly learned?: LearnedContracts
  readonly find: Find
  readonly broker: Broker
  readonly log: Logger
  /** Signs guest identities; at least 32 characters. */
  readonly secret: string
  /** Whether the shop is reached over HTTPS only. */
  readonly secure: boolean
  readonly version: string
  /** Renders every address that the API does not know; without it they are told to be unknown. */
  readonly pages?: PageHandler
}

export const apiPrefix = '/api'

/** Makes the one door: the public REST API of all services, with sessions, cache, limits and its documents. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { contracts, find } = options
  const app = bareApp()
  const sessions = createSessions({ secret: options.secret, secure: options.secure, call: ownCall(find) })
  const cache = createReplyCache()
  dropOnEvents(options.broker, cache)
  const builtIn = contracts.flatMap(publicOperations)
  const common: Common = { ...options, sessions, cache }
  const prepareLearned = options.learned && serveLearned(app, learnedBeside(builtIn, common))
  await openOperations(app, builtIn, common)
  const prepareDocs = addDocs(app, contracts, options.version)
  options.learned?.serve(async (known) => {
    const commitDocs = prepareDocs(known.contracts)
    const commitRoutes = await prepareLearned?.(known.learned)
    return () => {
      commitRoutes?.()
      commitDocs()
    }
  })
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

/** What all operations share, whether built in or learned. */
interface Common extends Pick<GatewayOptions, 'find' | 'log'> {
  readonly sessions: Sessions
  readonly cache: ReplyCache
}

/** Gives an app the operations, with all that a request to one of them goes through. */
async function openOperations(
  app: FastifyInstance,
  operations: readonly Operation[],
  { find, log, sessions, cache }: Common,
  elsewhere: readonly Operation[] = [],
): Promise<void> {
  app.removeContentTypeParser('text/plain')
  takeEmptyBodies(app)
  answerProblems(app, log)
  await app.register(cookie)
  await app.register(compress, { global: true, threshold: 1_024, encodings: ['gzip', 'deflate'] })
  app.decorateRequest('visitor', undefined)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).headers(safetyHeaders)
  })
  serveFromCache(app, cache, sessions)
  nameEndedSession(app, sessions)
  answerOtherMethods(app, operations, apiPrefix, elsewhere)
  addRoutes(app, operations, {
    prefix: apiPrefix,
    dispatch: dispatchTo(find),
    identify: async (request) => ({
      actor: (await visitorOf(request, sessions)).actor,
      deadline: Date.now() + defaultTimeoutMs,
    }),
    finish: (operation, request, reply, body) => finish(sessions, operation, request, reply, body),
  })
}

function learnedBeside(builtIn: readonly Operation[], common: Common) {
  const open = async (operations: readonly Operation[]) => {
    const app = bareApp()
    await openOperations(app, operations, common, builtIn)
    answerUnknown(app)
    return app
  }
  return { prefix: apiPrefix, builtIn, open }
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

function finish(
  sessions: Sessions,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
): void {
  if (operation.cache) request.answeredId = (body as { id?: string } | null)?.id
  else reply.header('cache-control', 'no-store')
  if (operation.service === 'identity' && startsSession.has(operation.name))
    sessions.start(reply, body as Session)
  const newGuest = request.visitor?.newGuest
  if (newGuest !== undefined && usesGuest(operation)) sessions.giveGuest(reply, newGuest)
  if (operation.service === 'identity' && operation.name === identity.signOut.name)
    sessions.end(request, reply)
}

/** A page cannot read its cookie, so the session it ends is named for it: the service forgets it too. */
function nameEndedSession(app: FastifyInstance, sessions: Sessions): void {
  app.addHook('preHandler', async (request) => {
    const { operation } = request.routeOptions.config
    const ends = operation?.service === 'identity' && operation.name === identity.signOut.name
    const { body } = request
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
    if (ends && isObject) request.body = { token: sessions.tokenOf(request), ...body }
  })
}

const startsSession = new Set<string>([identity.register.name, identity.signIn.name])

/** Only what a shopper owns needs an identity; browsing leaves no cookie. */
function usesGuest(operation: Operation): boolean {
  return accessList(operation).includes('shopper')
}
