import { Readable } from 'node:stream'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isRaw, type Operation, type RawBody, replySchema, successStatus } from './contract.ts'
import type { Dispatch } from './dispatch.ts'
import { bodyTooLarge, internal, invalidInput, Problem, unsupportedType } from './problem.ts'
import { readAway } from './read-away.ts'
import type { RequestInfo } from './request.ts'
import { serializerOf } from './serialize.ts'
import type { Logger } from './telemetry.ts'
import { inputCheck } from './validation.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation
  }
}

type Identified = Pick<RequestInfo, 'actor' | 'sessionId' | 'userAgent' | 'deadline'>

export interface RouteOptions {
  readonly prefix: string
  readonly dispatch: Dispatch
  /** Tells who asks; the rest of the request's facts are read from its header. */
  readonly identify: (request: FastifyRequest) => Identified | Promise<Identified>
  /** Answers whoever asks for something other than one reply; undefined for all others. */
  readonly instead?: (
    operation: Operation,
    input: Record<string, unknown>,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => Promise<unknown> | undefined
  /** Runs after a success, before the reply is sent: session cookies, cache headers. */
  readonly finish?: (
    operation: Operation,
    request: FastifyRequest,
    reply: FastifyReply,
    body: unknown,
  ) => void
}

/** JSON bodies are cut off here; files have the limit of their operation. */
export const jsonBodyLimit = 1024 * 1024

/** Mounts operations as HTTP routes: validation, ETag, idempotency header, serialization by schema. */
export function addRoutes(
  app: FastifyInstance,
  operations: readonly Operation[],
  options: RouteOptions,
): void {
  for (const operation of operations) {
    if (isRaw(operation.body))
      app.register(async (scope) => addRawRoute(scope, operation, operation.body as RawBody, options))
    else addRoute(app, operation, options)
  }
}

/** Problems become `application/problem+json`; anything else is a bug that is logged whole and told as `internal`. */
export function answerProblems(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const problem = asProblem(error)
    // Whoever goes away in the middle of an upload makes it fail, which is no fault of ours.
    if (problem.status >= 500 && problem.code === 'internal' && !request.raw.readableAborted) {
      log.error(
        { error: error.stack, requestId: request.id, route: request.routeOptions.url },
        'a request failed',
      )
    }
    request.problem = problem.code
    await readAway(request.raw)
    sendProblem(reply, problem, request.id)
    return reply
  })
}

export function sendProblem(reply: FastifyReply, problem: Problem, requestId: string): void {
  if (problem.status === 503 || problem.status === 429) reply.header('retry-after', '1')
  reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(JSON.stringify({ ...problem.toJSON(), requestId }))
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { code = '', statusCode = 500, message = '' } = (error ?? {}) as Partial<FastifyError>
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return bodyTooLarge(`The body may have at most ${jsonBodyLimit} bytes.`)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupportedType('Send the body as application/json.')
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH') {
    return invalidInput('The address cannot be read.', {
      errors: [{ field: 'url', message: 'has a broken %-escape or a part that is too long' }],
    })
  }
  if (statusCode >= 400 && statusCode < 500) {
    return invalidInput(`The body cannot be read: ${message}`, { errors: [{ field: 'body', message }] })
  }
  return internal('The fault is ours and was recorded. Try again, and tell us the request id if it stays.')
}

function addRoute(app: FastifyInstance, operation: Operation, options: RouteOptions): void {
  const status = successStatus(operation)
  app.route({
    method: operation.method,
    url: options.prefix + operation.path,
    bodyLimit: jsonBodyLimit,
    // Checked by `inputCheck`, the same way as for calls inside the process.
    validatorCompiler: () => () => true,
    schema: status === 204 ? {} : { response: { [status]: replySchema(operation) } },
    serializerCompiler: () => serializerOf(operation),
    config: { operation },
    handler: (request, reply) => answer(operation, request, reply, options, request.body),
  })
}

/** Takes the body as a stream, whatever it holds; only its type and size are checked. */
function addRawRoute(
  scope: FastifyInstance,
  operation: Operation,
  body: RawBody,
  options: RouteOptions,
): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (request, payload, done) => {
    const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
    if (type !== body.raw) return done(unsupportedType(`Send the body as ${body.raw}.`))
    done(null, payload)
  })
  scope.route({
    method: operation.method,
    url: options.prefix + operation.path,
    bodyLimit: body.maxBytes,
    config: { operation },
    handler: (request, reply) => {
      if (Number(request.headers['content-length'] ?? 0) > body.maxBytes) throw tooLarge(body.maxBytes)
      const stream = request.body instanceof Readable ? request.body : Readable.from([])
      return answer(operation, request, reply, options, limited(stream, body.maxBytes))
    },
  })
}

async function answer(
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  options: RouteOptions,
  body: unknown,
): Promise<unknown> {
  const { query, params } = request as { query: Record<string, unknown>; params: Record<string, unknown> }
  const input = inputCheck(operation).parts({ params, query, body })
  const other = options.instead?.(operation, input, request, reply)
  if (other) return other
  const identified = await options.identify(request)
  const result = await options.dispatch(operation, input, {
    ...identified,
    requestId: request.id,
    span: request.span,
    idempotencyKey: headerText(request, 'idempotency-key', 255),
    expectedVersion: expectedVersion(request),
    headers: isRaw(operation.body) ? (request.headers as Record<string, string>) : undefined,
  })
  options.finish?.(operation, request, reply, result)
  const etag = etagOf(result)
  // For `If-Match` only: a live view, such as a cart with present prices, differs at the same version.
  if (etag) reply.header('etag', etag)
  reply.code(successStatus(operation))
  return result ?? (successStatus(operation) === 204 ? undefined : null)
}

function etagOf(result: unknown): string | undefined {
  const version = (result as { version?: unknown } | null)?.version
  return typeof version === 'number' ? `"${version}"` : undefined
}

function headerText(request: FastifyRequest, name: string, limit: number): string | undefined {
  const value = request.headers[name]
  if (value === undefined) return undefined
  if (typeof value === 'string' && value.length > 0 && value.length <= limit) return value
  throw invalidInput(`${name} must have 1 to ${limit} characters.`, {
    errors: [{ field: name, message: `1 to ${limit} characters` }],
  })
}

function expectedVersion(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match']
  if (header === undefined || header === '*') return undefined
  const match = /^(?:W\/)?"(\d{1,15})"$/.exec(header)
  if (match) return Number(match[1])
  throw invalidInput('If-Match must be an ETag of this resource.', {
    errors: [{ field: 'if-match', message: 'such as "3"' }],
  })
}

async function* limited(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    yield chunk
  }
}

function tooLarge(maxBytes: number): Problem {
  return bodyTooLarge(`The body may have at most ${maxBytes} bytes.`)
}
