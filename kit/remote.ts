import type { Readable } from 'node:stream'
import { errors, Pool } from 'undici'
import type { Sign } from './actor-token.ts'
import { isRaw, type Operation } from './contract.ts'
import type { Dispatch } from './dispatch.ts'
import { measureCall } from './measures.ts'
import { deadlineExceeded, Problem, receivedProblem, unavailable } from './problem.ts'
import type { RequestInfo } from './request.ts'
import { traceparentHeader, traceparentOf } from './trace.ts'
import {
  headersOf,
  requestIdHeader,
  requestOf,
  sessionIdHeader,
  timeoutHeader,
  tokenRefusal,
  unknownOperationHeader,
  userAgentHeader,
} from './wire.ts'

/** One instance of a service, reached over HTTP. */
export interface Remote {
  readonly url: string
  /** Requests under way. */
  readonly outstanding: number
  /** Throws the peer's problem, `deadline-exceeded`, `Lost` when it did not answer, `Ignorant` when it is no peer for this. */
  readonly send: Dispatch
  /** Lets running requests finish. */
  close(): Promise<void>
}

/** The connection to an instance failed. */
export class Lost extends Error {
  /** Whether the request may have arrived: then nobody knows what became of it. */
  readonly sent: boolean

  constructor(url: string, sent: boolean, cause: unknown) {
    super(`${url} ${sent ? 'broke off' : 'cannot be reached'}`, { cause })
    this.name = 'Lost'
    this.sent = sent
  }
}

/** The instance is of a version without this operation. Nothing was done. */
export class Ignorant extends Error {
  constructor(url: string, { service, name }: Operation) {
    super(`${url} does not know ${service}.${name}`)
    this.name = 'Ignorant'
  }
}

const connectionsLimit = 128
const connectTimeoutMs = 1_000
const replyLimitBytes = 32 * 1024 * 1024

/** Keeps connections to an instance open and sends calls over them, one at a time on each. */
export function createRemote(url: string, sign: Sign): Remote {
  const pool = new Pool(url, {
    connections: connectionsLimit,
    pipelining: 1,
    connect: { timeout: connectTimeoutMs },
    // Below the 65 s after which the other side closes an idle connection, so that no request crosses its end.
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 60_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: replyLimitBytes,
  })
  let outstanding = 0
  return {
    url,
    get outstanding() {
      return outstanding
    },
    send: async (operation, input, request) => {
      const token = await sign(request.actor, operation.service)
      const span = spanOf(url, operation, request)
      outstanding++
      try {
        const traced = span ? { ...request, span } : request
        const exchanging = () => exchange(pool, url, operation, input, traced, token)
        const answer = await measureCall(operation.service, exchanging)
        span?.end()
        return answer
      } catch (error) {
        if (error instanceof Problem && error.status < 500) span?.refuse(error)
        else span?.end(error)
        throw error
      } finally {
        outstanding--
      }
    },
    close: () => pool.close(),
  }
}

function spanOf(url: string, { service, name, method, path }: Operation, { span }: RequestInfo) {
  if (!span?.sampled) return undefined
  const { hostname, port } = new URL(url)
  return span.child({
    name: `${method} ${path}`,
    kind: 'client',
    service: span.service,
    attributes: {
      'http.request.method': method,
      'url.template': path,
      'server.address': hostname,
      'server.port': Number(port),
      'rialto.operation': `${service}.${name}`,
      'rialto.peer': service,
    },
  })
}

async function exchange(
  pool: Pool,
  url: string,
  operation: Operation,
  input: Record<string, unknown>,
  request: RequestInfo,
  token: string,
): Promise<unknown> {
  const leftMs = request.deadline - Date.now()
  if (leftMs <= 0) throw late(operation)
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), leftMs)
  try {
    const { path, body } = requestOf(operation, input)
    const {
      statusCode,
      headers,
      body: answer,
    } = await pool.request({
      method: operation.method,
      path: `/${operation.service}${path}`,
      headers: { ...carried(operation, request), ...travelling(operation, request, token, leftMs) },
      body: body as Readable | string | undefined,
      signal: controller.signal,
    })
    const text = await answer.text()
    if (headers[unknownOperationHeader] !== undefined) throw new Ignorant(url, operation)
    if (statusCode >= 400) throw refusal(operation, statusCode, headers['www-authenticate'], text)
    return text === '' ? null : JSON.parse(text)
  } catch (error) {
    if (controller.signal.aborted) throw late(operation)
    throw isConnectionFailure(error) ? new Lost(url, !neverSent.has(codeOf(error)), error) : error
  } finally {
    clearTimeout(timer)
  }
}

function travelling(operation: Operation, request: RequestInfo, token: string, leftMs: number) {
  return {
    ...headersOf(operation, request),
    authorization: `Bearer ${token}`,
    [requestIdHeader]: request.requestId,
    ...(request.span && { [traceparentHeader]: traceparentOf(request.span) }),
    ...(request.sessionId !== undefined && { [sessionIdHeader]: request.sessionId }),
    ...(request.userAgent !== undefined && { [userAgentHeader]: request.userAgent }),
    [timeoutHeader]: String(leftMs),
  }
}

// What concerns one connection, or was meant for the gateway alone.
const kept =
  /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|content-type|authorization|cookie|x-request-id|x-session-id|x-user-agent|x-timeout-ms|traceparent|tracestate|idempotency-key|if-match)$/

/** Operations with a raw body read header fields too, such as the signature of a webhook. */
function carried({ body }: Operation, { headers = {} }: RequestInfo): Record<string, string> {
  if (!isRaw(body)) return {}
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !kept.test(name)))
}

function refusal(operation: Operation, status: number, authenticate: unknown, text: string): Error {
  if (status === 401 && authenticate === tokenRefusal) {
    return new Error(
      `${operation.service} refuses our tokens: give all processes the same RIALTO_SECRET, and let their clocks agree`,
    )
  }
  const problem = receivedProblem(parsed(text))
  return (
    problem ?? unavailable(`${operation.service} answered with ${status}.`, { service: operation.service })
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function late({ service }: Operation) {
  return deadlineExceeded(`The ${service} service did not answer in time.`)
}

const neverSent = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
])
const broken = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_ABORTED'])

function isConnectionFailure(error: unknown): boolean {
  const code = codeOf(error)
  return neverSent.has(code) || broken.has(code) || error instanceof errors.HTTPParserError
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | undefined)?.code ?? '')
}
