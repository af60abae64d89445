import {
  type Input,
  isRaw,
  type Operation,
  type OperationSpec,
  pathParameters,
  type Reply,
} from '@rialto/kit/contract'

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

/** The `send` of a browser or of Node: by `fetch`, to the shop at `origin`. */
export function sendByFetch(origin = ''): Send {
  return async ({ method, path, headers, body }) => {
    const init = { method, headers, body, duplex: 'half' } as RequestInit
    const response = await fetch(origin + path, init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
}

function headersOf(
  operation: OperationSpec,
  { idempotencyKey, expectedVersion }: CallOptions,
): Record<string, string> {
  return {
    ...(operation.body && {
      'content-type': isRaw(operation.body) ? operation.body.raw : 'application/json',
    }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...(expectedVersion !== undefined && { 'if-match': `"${expectedVersion}"` }),
  }
}

function requestOf(operation: OperationSpec, input: Record<string, unknown>) {
  const rest = { ...input }
  let path: string = operation.path
  for (const name of pathParameters(operation.path)) {
    path = path.replace(`:${name}`, encodeURIComponent(String(rest[name])))
    delete rest[name]
  }
  const query = new URLSearchParams()
  for (const name of Object.keys(operation.query?.properties ?? {})) {
    for (const value of [rest[name]].flat()) if (value !== undefined) query.append(name, String(value))
    delete rest[name]
  }
  if (query.size > 0) path += `?${query}`
  if (isRaw(operation.body)) return { path, body: rest.body as AsyncIterable<Uint8Array> }
  return { path, body: operation.body && JSON.stringify(rest) }
}
