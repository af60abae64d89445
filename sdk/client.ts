import type { Input, Operation, OperationSpec, Reply } from '@rialto/kit/contract'
import { headersOf, requestOf } from '@rialto/kit/wire'

/** An HTTP exchange, reduced to what the client needs; `fetch` fits behind it as well as a call in the process. */
export type Send = (request: {
  method: string
  path: string
  headers: Record<string, string>
  body?: string | AsyncIterable<Uint8Array>
}) => Promise<{ status: number; headers: Headers; text: string }>

export interface ClientOptions {
  readonly send: Send
  /** Where the API is mounted. */
  readonly prefix?: string
  /** Sent with every request, such as `authorization` or `cookie`. */
  readonly headers?: Record<string, string>
}

/** A problem that the shop answered with. */
export class ApiProblem extends Error {
  readonly status: number
  /** Stable code, such as `out-of-stock`; all are listed at /docs. */
  readonly code: string
  /** Everything the problem carries: `errors` names fields, others hold what is left, old and new totals, … */
  readonly details: Record<string, unknown>

  constructor(status: number, body: Record<string, unknown>) {
    super(String(body.detail ?? body.title ?? `HTTP ${status}`))
    this.name = 'ApiProblem'
    this.status = status
    this.code = String(body.code ?? 'unknown')
    this.details = body
  }
}

export interface CallOptions {
  readonly idempotencyKey?: string
  /** The `version` that was read: the change is refused with 412 when somebody was faster. */
  readonly expectedVersion?: number
}

/** Calls an operation of the public API: `call(catalog.getProduct, { id })`. Throws `ApiProblem`. */
export type ApiCall = <Spec extends OperationSpec>(
  operation: Operation<Spec>,
  input: Input<Operation<Spec>>,
  options?: CallOptions,
) => Promise<Reply<Operation<Spec>>>

export function createClient({ send, prefix = '/api', headers = {} }: ClientOptions): ApiCall {
  return async (operation, input, options = {}) => {
    const { path, body } = requestOf(operation, input as Record<string, unknown>)
    const reply = await send({
      method: operation.method,
      path: prefix + path,
      headers: { ...headers, ...headersOf(operation, options) },
      body,
    })
    const parsed = reply.text === '' ? null : JSON.parse(reply.text)
    if (reply.status >= 400) throw new ApiProblem(reply.status, parsed ?? {})
    return parsed
  }
}

/**
 * The `send` of a browser or of Node: by `fetch`, to the shop at `origin`. With `timeoutMs` it throws a `TimeoutError`
 * when there is no answer by then.
 */
export function sendByFetch(origin = '', { timeoutMs }: { readonly timeoutMs?: number } = {}): Send {
  return async ({ method, path, headers, body }) => {
    const signal = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)
    const init = { method, headers, body, signal, duplex: 'half' } as RequestInit
    const response = await fetch(origin + path, init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
}
