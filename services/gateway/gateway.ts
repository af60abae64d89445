import type { Find } from '@rialto/kit/client'
import type { ContractInfo } from '@rialto/kit/contract'
import type { Dispatch } from '@rialto/kit/dispatch'
import { addRoutes } from '@rialto/kit/http'
import { publicOperations } from '@rialto/kit/known-contracts'
import { unavailable } from '@rialto/kit/problem'
import type { FastifyInstance } from 'fastify'
import { serveFromCache } from './caching.ts'
import { type Common, openCommon } from './common.ts'
import { addDocs } from './docs.ts'
import { addGraph } from './graphql/routes.ts'
import { admitBy, identifyBy, identifyInGraphBy, lookAgainBy } from './identify.ts'
import { keepingOf } from './keeping.ts'
import { serveLearned } from './learned.ts'
import { watchOperation } from './live/watch-operation.ts'
import type { GatewayOptions } from './options.ts'
import { answerUnknownOf } from './other-methods.ts'
import { mountPages } from './pages.ts'
import { boundsOf, openServer } from './server.ts'
import { visitorOf } from './session.ts'
import { traceGateway } from './trace.ts'
import { boundClients } from './traffic/slow-clients.ts'
import { createVisits, type Visits } from './visits.ts'

export const apiPrefix = '/api'

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
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).headers(safetyHeaders)
    done()
  })
  serveFromCache(app, cache, sessions)
  traffic.guard(app)
  room.guard(app)
  const visits = createVisits(sessions)
  completeBodies(app, visits)
  const dispatch = traffic.shedding.counted(dispatchTo(find))
  const lookAgain = lookAgainBy(sessions, traffic)
  addRoutes(app, operations, {
    prefix: apiPrefix,
    dispatch,
    identify: identifyBy(shared),
    instead: watchOperation({ live, dispatch, admit: admitBy(shared), lookAgain }),
    finish: (operation, request, reply, body) => {
      request.keeping = keepingOf(operation, request.query as Record<string, unknown>, body)
      if (!request.keeping) reply.header('cache-control', 'no-store')
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
  const answerUnknown = answerUnknownOf([...operations, ...(common?.builtIn ?? [])], apiPrefix)
  if (options.pages) mountPages(app, { apiPrefix, answerUnknown, handler: options.pages, log: options.log })
  else app.setNotFoundHandler(answerUnknown)
  return app
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

function completeBodies(app: FastifyInstance, visits: Visits): void {
  app.addHook('preHandler', (request, _, done) => {
    const { operation } = request.routeOptions.config
    if (operation) request.body = visits.complete(operation, request, request.body)
    done()
  })
}
