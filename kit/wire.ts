import { isRaw, type OperationSpec, pathParameters } from './contract.ts'

/** An operation's input as HTTP carries it. A raw body stays the stream that it is. */
export interface WireRequest {
  readonly path: string
  readonly body?: string | AsyncIterable<Uint8Array>
}

/** Puts each field of the input where the operation says: into the path, the query or the body. */
export function requestOf(operation: OperationSpec, input: Record<string, unknown>): WireRequest {
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

/** The header fields that go with an input. */
export function headersOf(
  operation: OperationSpec,
  { idempotencyKey, expectedVersion }: { idempotencyKey?: string; expectedVersion?: number },
): Record<string, string> {
  return {
    ...(operation.body && {
      'content-type': isRaw(operation.body) ? operation.body.raw : 'application/json',
    }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...(expectedVersion !== undefined && { 'if-match': `"${expectedVersion}"` }),
  }
}

/** How many milliseconds the caller still waits. */
export const timeoutHeader = 'x-timeout-ms'
export const requestIdHeader = 'x-request-id'
/** The session of the actor for whom the gateway asks. */
export const sessionIdHeader = 'x-session-id'
export const userAgentHeader = 'x-user-agent'
/** Marks the answer of an instance that does not know the operation: it is to be asked of others. */
export const unknownOperationHeader = 'x-unknown-operation'
/** Tells a caller whose token was refused from an actor who has no access. */
export const tokenRefusal = 'Bearer error="invalid_token"'

/** The token in an `Authorization` field. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer (\S+)$/.exec(authorization ?? '')?.[1]
}
