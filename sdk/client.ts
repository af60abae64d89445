import {
  type Input,
  mayRepeat,
  type Operation,
  type OperationSpec,
  type Reply,
  takesKey,
} from '@rialto/kit/contract'
import { headersOf, requestOf } from '@rialto/kit/wire'
import { ApiProblem } from './problems.ts'
import { repeated } from './repeat.ts'
import { endOf, type Send } from './send.ts'

export interface ClientOptions {
  readonly send: Send
  /** Where the API is mounted. */
  readonly prefix?: string
  /** Sent with every request, such as `authorization` or `cookie`. */
  readonly headers?: Record<string, string>
  /**
   * How often a request is sent again that had no answer, or one of passing trouble, where a repeat changes nothing
   * more. A POST that takes an `Idempotency-Key` gets one then, unless the caller gives its own.
   */
  readonly retries?: number
  /** Names a request, so that it is carried out once however often it is sent. */
  readonly newKey?: () => string
}

export interface CallOptions {
  readonly idempotencyKey?: string
  /** The `version` that was read: the change is refused with 412 when somebody was faster. */
  readonly expectedVersion?: number
  /** Ends the call early; it then throws the signal's reason. What was sent may still be carried out. */
  readonly signal?: AbortSignal
  /** Ends the call, with all its repeats, after so long; it then throws a `TimeoutError`. */
  readonly timeoutMs?: number
}

/** Calls an operation of the public API: `call(catalog.getProduct, { id })`. Throws `ApiProblem`. */
export type ApiCall = <Spec extends OperationSpec>(
  operation: Operation<Spec>,
  input: Input<Operation<Spec>>,
  options?: CallOptions,
) => Promise<Reply<Operation<Spec>>>

export function createClient({
  send,
  prefix = '/api',
  headers = {},
  retries = 0,
  newKey = () => crypto.randomUUID(),
}: ClientOptions): ApiCall {
  return async (operation, input, options = {}) => {
    const { path, body } = requestOf(operation, input as Record<string, unknown>)
    const needsKey = retries > 0 && takesKey(operation)
    const idempotencyKey = options.idempotencyKey ?? (needsKey ? newKey() : undefined)
    const signal = endOf(options.signal, options.timeoutMs)
    const request = {
      method: operation.method,
      path: prefix + path,
      headers: { ...headers, ...headersOf(operation, { ...options, idempotencyKey }) },
      body,
      ...(signal && { signal }),
    }
    const again = mayRepeat(operation, idempotencyKey) ? retries : 0
    const reply = await repeated(() => send(request), { retries: again, signal })
    if (reply.status >= 400) throw new ApiProblem(reply.status, problemIn(reply.text))
    return reply.text === '' ? null : JSON.parse(reply.text)
  }
}

/** What stands before a shop, such as a proxy, may answer with a page of its own. */
export function problemIn(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}
