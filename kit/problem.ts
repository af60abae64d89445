import Type, { type Static, type TObject, type TProperties } from 'typebox'

/**
 * A failure that the caller can act on, sent as RFC 9457 `application/problem+json`.
 * Anything else that is thrown is a bug: logged whole, told to the caller as `internal` only.
 */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly details: Record<string, unknown>

  constructor(type: ProblemInfo, detail: string, details: Record<string, unknown>) {
    super(detail)
    this.name = 'Problem'
    this.code = type.code
    this.status = type.status
    this.title = type.title
    this.details = details
  }

  toJSON(): ProblemBody {
    const { code, status, title } = this
    return { type: `/docs/problems#${code}`, title, status, code, detail: this.message, ...this.details }
  }
}

export interface ProblemBody extends Record<string, unknown> {
  type: string
  title: string
  status: number
  code: string
  detail: string
}

/** What is known of a problem without raising it; what contracts list and documents show. */
export interface ProblemInfo {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly schema: TObject
}

/** Raises the problem: `throw outOfStock('Only 2 are left.', { lines })`. */
export interface ProblemType<Details extends TProperties = TProperties> extends ProblemInfo {
  (detail: string, ...details: keyof Details extends never ? [] : [Static<TObject<Details>>]): Problem
}

/** What every problem says. A field of the same name would hide it from whoever receives the problem. */
const taken = new Set(['type', 'title', 'status', 'code', 'detail', 'instance', 'requestId'])

/** Declares a problem: a stable code, its HTTP status, its title, and the fields it carries besides. */
export function problem<Details extends TProperties = Record<never, never>>(
  code: string,
  status: number,
  title: string,
  details?: Details,
): ProblemType<Details> {
  const hiding = Object.keys(details ?? {}).find((name) => taken.has(name))
  if (hiding !== undefined) throw new Error(`The problem ${code} may not have a field named ${hiding}`)
  const type = (detail: string, carried: Record<string, unknown> = {}) =>
    new Problem(declared, detail, carried)
  const schema = Type.Object((details ?? {}) as Details)
  const declared: ProblemInfo = { code, status, title, schema }
  // A contract that is written as JSON has its problems in it.
  return Object.assign(type, declared, { toJSON: () => declared }) as unknown as ProblemType<Details>
}

/** The problem that a peer sent, as it was raised there; undefined when the body is none. */
export function receivedProblem(body: unknown): Problem | undefined {
  const { type: _type, title, status, code, detail, requestId: _id, ...details } = (body ?? {}) as ProblemBody
  if (typeof code !== 'string' || typeof status !== 'number' || typeof detail !== 'string') return undefined
  return new Problem({ code, status, title: String(title), schema: Type.Object({}) }, detail, details)
}

/** Whether a caught error is this very problem: `catch (e) { if (is(e, outOfStock)) … else throw e }`. */
export function is(error: unknown, type: ProblemInfo): error is Problem {
  return error instanceof Problem && error.code === type.code
}

const FieldErrors = Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))

export const invalidInput = problem('invalid-input', 400, 'The request is not valid', { errors: FieldErrors })
export const unauthenticated = problem('unauthenticated', 401, 'Sign in first')
export const forbidden = problem('forbidden', 403, 'Not allowed')
/** Of staff, where the shop demands a second factor of them. */
export const secondFactorMissing = problem('second-factor-missing', 403, 'A second factor is missing', {
  step: Type.Union([Type.Literal('set-up'), Type.Literal('sign-in-again')]),
})
export const notFound = problem('not-found', 404, 'Not found')
export const methodNotAllowed = problem('method-not-allowed', 405, 'Method not allowed')
export const requestInProgress = problem(
  'request-in-progress',
  409,
  'The same request is still being worked on',
)
export const conflict = problem('conflict', 409, 'The change conflicts with the present state')
export const versionConflict = problem('version-conflict', 412, 'Somebody else changed it first', {
  currentVersion: Type.Optional(Type.Integer()),
})
export const requestTimeout = problem('request-timeout', 408, 'The request did not arrive in time')
export const bodyTooLarge = problem('body-too-large', 413, 'The body is too large')
export const unsupportedType = problem('unsupported-media-type', 415, 'The content type is not supported')
export const keyReused = problem(
  'idempotency-key-reused',
  422,
  'The idempotency key belongs to another request',
)
export const headerTooLarge = problem('header-too-large', 431, 'Address and header are too long')
export const tooManyRequests = problem('too-many-requests', 429, 'Too many requests')
export const internal = problem('internal', 500, 'Something went wrong on our side')
export const unavailable = problem('unavailable', 503, 'A part of the shop is unavailable', {
  service: Type.Optional(Type.String()),
})
export const overloaded = problem('overloaded', 503, 'Too much is going on just now')
export const deadlineExceeded = problem('deadline-exceeded', 504, 'It took too long')

/** Problems that any operation may answer with; the rest are declared by the operation. */
export const commonProblems: readonly ProblemInfo[] = [
  invalidInput,
  unauthenticated,
  forbidden,
  secondFactorMissing,
  notFound,
  methodNotAllowed,
  requestTimeout,
  requestInProgress,
  versionConflict,
  bodyTooLarge,
  unsupportedType,
  keyReused,
  tooManyRequests,
  headerTooLarge,
  internal,
  unavailable,
  overloaded,
  deadlineExceeded,
]
