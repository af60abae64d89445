import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Actor } from './access.ts'
import type { Verify } from './actor-token.ts'
import type { ContractInfo } from './contract.ts'
import { contractHash } from './contract-hash.ts'
import type { Dispatch } from './dispatch.ts'
import type { Faults } from './faults.ts'
import { addHealth, type Health } from './health.ts'
import { addRoutes, answerProblems, asProblem, jsonBodyLimit, sendProblem } from './http.ts'
import { newRequestId } from './id.ts'
import { addInstanceRoutes } from './instance-routes.ts'
import { unavailable } from './problem.ts'
import { addRecent } from './recent.ts'
import { defaultTimeoutMs } from './request.ts'
import type { Logger } from './telemetry.ts'
import { lineOfRequest, traceRequests } from './trace-requests.ts'
import {
  bearerOf,
  requestIdHeader,
  sessionIdHeader,
  timeoutHeader,
  tokenRefusal,
  unknownOperationHeader,
  userAgentHeader,
} from './wire.ts'

export interface DoorOptions {
  /** The services behind it, each below its own name: `/orders/checkouts`. */
  readonly services: readonly { readonly contract: ContractInfo; readonly dispatch: Dispatch }[]
  readonly verify: Verify
  readonly health: Health
  readonly version: string
  readonly log: Logger
  /** Of the process, as its peers see it; by default those of its services. */
  readonly name?: string
  /** Faults that may be injected here; none in production. */
  readonly faults?: Faults
  /** Whether each request is a line of the log, at the level info; not by default. */
  readonly logsRequests?: boolean
}

/** No caller waits longer, whatever it says. */
const timeoutLimitMs = 120_000
const userAgentLimit = 400

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, as a verified token says; only at the doors of services. */
    caller?: Actor
  }
}

/**
 * Makes the door through which the rest of the fleet reaches the services of this process: all their operations,
 * the internal ones too. Nobody enters without a token of the fleet, so passing by the gateway gains nothing.
 */
export function createDoor(options: DoorOptions): FastifyInstance {
  const { services, verify, health, version, log, logsRequests = false } = options
  const app = fastify({
    bodyLimit: jsonBodyLimit,
    requestTimeout: 300_000,
    keepAliveTimeout: 65_000,
    genReqId: ({ headers }) => knownId(headers[requestIdHeader]) ?? newRequestId(),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    logger: false,
    frameworkErrors: (error, request, reply) =>
      sendProblem(reply as FastifyReply, asProblem(error), request.id),
  })
  app.removeContentTypeParser('text/plain')
  app.decorateRequest('caller', undefined)
  answerProblems(app, log)
  addHealth(app, health)
  traceRequests(app, {
    isStranger: () => false,
    ...(logsRequests && { answered: lineOfRequest(log) }),
  })
  addRecent(app, verify)
  addInstanceRoutes(app, options)
  const contracts = services.map(({ contract }) => contract)
  app.get('/contract', (_, reply) => reply.send({ version, services: contracts.map(described) }))
  for (const { contract, dispatch } of services) {
    app.register(async (scope) => {
      // Before the body is read: who may not come in does not get to send anything.
      scope.addHook('onRequest', async (request, reply) => {
        request.caller = await verify(bearerOf(request.headers.authorization), contract.name).catch(
          (refusal) => {
            reply.header('www-authenticate', tokenRefusal)
            throw refusal
          },
        )
      })
      addRoutes(scope, contract.operations, {
        prefix: `/${contract.name}`,
        dispatch,
        identify: (request) => ({
          actor: request.caller as Actor,
          sessionId: knownId(request.headers[sessionIdHeader]),
          userAgent: agentOf(request),
          deadline: deadlineOf(request),
        }),
      })
    })
  }
  answerForeign(app)
  return app
}

/** An operation that only a newer version knows: not a thing that does not exist, but one to ask others for. */
function answerForeign(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    reply.header(unknownOperationHeader, 'true')
    sendProblem(reply, unavailable('This instance does not know the operation.', {}), request.id)
  })
}

function described(contract: ContractInfo) {
  return { ...contract, hash: contractHash(contract) }
}

function knownId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w-]{1,100}$/.test(header) ? header : undefined
}

function agentOf({ headers }: FastifyRequest): string | undefined {
  const agent = headers[userAgentHeader]
  return typeof agent === 'string' ? agent.slice(0, userAgentLimit) : undefined
}

/** The time that is left travels, not the hour, as clocks differ. */
function deadlineOf({ headers }: FastifyRequest): number {
  const given = Number(headers[timeoutHeader])
  const left = given >= 0 ? given : defaultTimeoutMs
  return Date.now() + Math.min(left, timeoutLimitMs)
}
