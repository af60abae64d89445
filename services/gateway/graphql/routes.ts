import type { Operation } from '@rialto/kit/contract'
import type { Dispatch } from '@rialto/kit/dispatch'
import { jsonBodyLimit } from '@rialto/kit/http'
import { notFound, Problem } from '@rialto/kit/problem'
import { readAway } from '@rialto/kit/read-away'
import { defaultTimeoutMs, type RequestInfo } from '@rialto/kit/request'
import type { Logger } from '@rialto/kit/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Keeping, togetherOf } from '../keeping.ts'
import { asksForStream, type Live } from '../live/live.ts'
import type { LookAgain } from '../live/watch-operation.ts'
import type { ReplyCache } from '../reply-cache.ts'
import type { Visitor } from '../session.ts'
import type { Visits } from '../visits.ts'
import type { AskingOptions } from './asking.ts'
import type { Engine } from './engine.ts'
import { addExplorer } from './explorer.ts'
import { createKeptQueries, questionOf } from './question.ts'
import { answerAsStream, refuseOnStream } from './streaming.ts'
import { createTell, errorsOf, type Tell, type Told } from './told.ts'

export interface GraphOptions {
  /** What is public of all contracts. */
  readonly operations: readonly Operation[]
  readonly dispatch: Dispatch
  /** Tells who asks for an operation, as at its own address. */
  readonly identify: (request: FastifyRequest, operation: Operation) => Promise<Pick<RequestInfo, 'actor'>>
  /** Who asks, of whatever was identified before. */
  readonly visitor: (request: FastifyRequest) => Promise<Visitor>
  readonly live: Live
  readonly lookAgain: LookAgain
  readonly visits: Visits
  readonly cache: ReplyCache
  readonly log: Logger
  /** Whether the graph tells of itself. */
  readonly introspection?: boolean
  /** Whether there is a page to ask it from. */
  readonly explorer?: boolean
}

/**
 * Serves the graph of all public operations, with the visitors, limits and problems of REST. Answers with the way to
 * serve that of other operations.
 */
export function addGraph(
  app: FastifyInstance,
  options: GraphOptions,
): (operations: readonly Operation[]) => void {
  const { introspection = false, log } = options
  const tell = createTell({ log, suggests: introspection })
  const engines = openEngines(options, tell)
  const kept = createKeptQueries()
  app.addHook('onClose', engines.close)
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    options.visits.guard(request)
    const { hash, ...question } = questionOf(request, kept)
    const engine = await engines.present()
    const keepings: (Keeping | undefined)[] = []
    const asking = {
      ...askingOptions(options, request, reply, question.operationName),
      noteKeeping: (keeping: Keeping | undefined) => void keepings.push(keeping),
    }
    if (asksForStream(request)) {
      const visitor = () => options.visitor(request)
      return answerAsStream({ ...options, tell }, request, reply, { engine, question, asking, visitor })
    }
    const answered = await engine.answer(question, asking)
    // Only what was answered is worth keeping.
    if (hash !== undefined) kept.set(hash, question.query)
    if (!('errors' in answered)) request.keeping = togetherOf(keepings)
    return send(reply, 200, answered)
  }
  const errorHandler = async (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    await readAway(request.raw)
    if (asksForStream(request)) return refuseOnStream(reply, error, tell)
    const errors = errorsOf(error).map((one) => tell(one, request.id))
    return send(reply, statusOf(error, errors), { errors })
  }
  const route = { config: { limit: 'read', isGraph: true }, errorHandler: errorHandler as never } as const
  app.get('/graphql', route, answer)
  app.post('/graphql', { ...route, bodyLimit: jsonBodyLimit }, answer)
  if (options.explorer) addExplorer(app)
  app.get('/graphql/schema.graphql', async (_, reply) => {
    if (!introspection) throw notFound('The graph does not tell of itself: GRAPHQL_INTROSPECTION is off.')
    const { sdl } = await engines.present()
    return reply.type('text/plain; charset=utf-8').send(sdl)
  })
  return engines.replace
}

function askingOptions(
  { dispatch, identify, visits, cache }: GraphOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  operationName: string | undefined,
): Omit<AskingOptions, 'noteKeeping'> {
  return {
    method: request.method,
    operationName,
    requestId: request.id,
    span: request.span,
    deadline: Date.now() + defaultTimeoutMs,
    dispatch,
    cache,
    identify: (operation) => identify(request, operation),
    complete: (operation, body) => visits.complete(operation, request, body),
    finish: (operation, body) => visits.finish(operation, request, reply, body),
  }
}

function send(reply: FastifyReply, status: number, answer: object): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(answer))
}

function statusOf(error: unknown, errors: readonly Told[]): number {
  if (error instanceof Problem) return error.status
  return Number(errors[0]?.extensions.status ?? 500)
}

/** The engine of the present operations, opened when it is needed. If they make no graph, the last good one stays. */
function openEngines({ operations, introspection = false, log }: GraphOptions, tell: Tell) {
  let wanted = operations
  let present: { readonly of: readonly Operation[]; readonly opening: Promise<Engine> } | undefined
  const open = async (of: readonly Operation[]) => {
    const { openEngine } = await import('./engine.ts')
    return openEngine({ operations: of, introspection, tell })
  }
  const openBeside = async (former: Promise<Engine> | undefined) => {
    try {
      const engine = await open(wanted)
      // What is asked of the former one is answered to its end.
      await (await former)?.close()
      return engine
    } catch (error) {
      if (wanted === operations) throw error
      log.error({ error: String(error) }, 'the operations make no graph; the last good one stays')
      return former ?? open(operations)
    }
  }
  return {
    present: () => {
      if (present?.of !== wanted) present = { of: wanted, opening: openBeside(present?.opening) }
      return present.opening
    },
    replace: (others: readonly Operation[]) => {
      wanted = others
    },
    close: async () => {
      await (await present?.opening)?.close()
    },
  }
}
