import type { Static, TObject, TSchema } from 'typebox'
import { messageOperations } from './message-operations.ts'
import type { ProblemInfo } from './problem.ts'

/**
 * Who may use an operation. `owner` and `shopper` see only what is theirs; staff and services see all. `staff:*` is all
 * staff; beside it, `staff:without-factor` lets in even those who lack a second factor where the shop demands one.
 */
export type Access = 'anyone' | 'shopper' | 'customer' | 'owner' | 'service' | `staff:${string}`

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A body that is not JSON: the handler receives the bytes as a stream in `input.body`. */
export interface RawBody {
  readonly raw: string
  readonly maxBytes: number
}

export interface OperationSpec {
  method: Method
  /** Path below the service, with `:name` for each path parameter. */
  path: `/${string}`
  access: Access | readonly Access[]
  /** One line for the reference page: what it does, in the imperative. */
  summary: string
  description?: string
  query?: TObject
  body?: TObject | RawBody
  /** The one successful reply: its status and its schema. */
  reply: { readonly [status: number]: TSchema }
  problems?: readonly ProblemInfo[]
  /**
   * What a repeat does. `true`: the caller may send `Idempotency-Key` and gets the stored answer again for 24 h, as
   * at all POSTs that say nothing else; `by-handler`: the same, but the handler keeps the keys; `by-content`: the
   * same request changes nothing more, key or not, so callers repeat it by themselves; `false`: none of these.
   */
  idempotent?: boolean | 'by-handler' | 'by-content'
  /** Changes nothing, though it is a POST, as what is asked for is too long or too private for an address. */
  readOnly?: boolean
  /** Never reachable from outside the fleet. */
  internal?: boolean
  /** The kind of work, by which the gateway limits and sheds traffic; unless stated, GET reads and the others write. */
  limit?: 'read' | 'write' | 'auth'
  /** Completes a purchase: under too much load the gateway turns everything else away first. */
  urgent?: boolean
  cache?: CacheTerms
  /** A GET that may be watched: whoever asks for it as a stream of events gets the reply anew whenever it changes. */
  live?: LiveTerms
}

/** The gateway may keep the reply for so long, until an event drops one of its tags. */
export interface CacheTerms {
  readonly seconds: number
  /** `product:{id}` has the id of the reply, `stock:{variantIds}` is one for each of the ids in that field of the input. */
  readonly tags: readonly string[]
}

/** When the reply of a GET may have changed: after these events about what the input names. */
export interface LiveTerms {
  readonly on: readonly Pick<EventType, 'name'>[]
  /** The field of the input with the id, or the ids, of the aggregates that the events are about. */
  readonly by: string
}

/** An operation of a contract: its spec, its name and its owner. Callers hand it to `call`. */
export type Operation<Spec extends OperationSpec = OperationSpec> = Spec & {
  readonly service: string
  readonly name: string
}

type PathNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | PathNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

type PartOf<Spec, Key extends string> = Spec extends { [K in Key]: infer Part }
  ? Part extends RawBody
    ? { body: AsyncIterable<Uint8Array> }
    : Part extends TSchema
      ? Static<Part>
      : unknown
  : unknown

/** What a caller passes: path parameters, query and body fields in one flat object. */
export type Input<Spec> = Spec extends { path: infer Path extends string }
  ? { [Name in PathNames<Path>]: string } & PartOf<Spec, 'query'> & PartOf<Spec, 'body'>
  : never

/** What a caller receives: the successful reply. */
export type Reply<Spec> = Spec extends { reply: infer Replies }
  ? Replies[keyof Replies] extends TSchema
    ? Static<Replies[keyof Replies]>
    : never
  : never

/** An event that a service says: named in the past tense, versioned, immutable once released. */
export interface EventType<Data extends TSchema = TSchema> {
  readonly name: string
  readonly version: number
  readonly schema: Data
}

export function event<Data extends TSchema>(name: string, version: number, schema: Data): EventType<Data> {
  return { name, version, schema }
}

export interface ContractInfo {
  readonly name: string
  readonly version: number
  readonly summary: string
  readonly operations: readonly Operation[]
  readonly events: readonly EventType[]
}

const info = Symbol.for('rialto.contract')

export type Contract<Specs extends Record<string, OperationSpec> = Record<string, OperationSpec>> = {
  readonly [Name in keyof Specs]: Operation<Specs[Name]>
} & { readonly [info]: ContractInfo }

/** Declares all that others may see of a service. Safe to import in a browser. */
export function contract<const Specs extends Record<string, OperationSpec>>(
  name: string,
  about: {
    version: number
    summary: string
    events?: readonly EventType[]
    /** `false` for one without a database, which has no messages either. */
    messages?: boolean
  },
  specs: Specs,
): Contract<Specs> {
  const operations = Object.entries(specs).map(([key, spec]) => {
    const idempotent = spec.idempotent ?? spec.method === 'POST'
    const live = spec.live && { live: liveTerms(spec, spec.live) }
    return [key, Object.freeze({ ...spec, ...live, idempotent, service: name, name: key })] as const
  })
  const described: ContractInfo = {
    name,
    version: about.version,
    summary: about.summary,
    // What is offered for the messages of every service follows from its name.
    operations: [
      ...operations.map(([, operation]) => operation),
      ...(about.messages === false ? [] : Object.values(messageOperations(name))),
    ],
    events: about.events ?? [],
  }
  return Object.freeze({ ...Object.fromEntries(operations), [info]: described }) as Contract<Specs>
}

/** Of the events their names alone. Throws where the terms name no field of the input. */
function liveTerms({ method, path, query }: OperationSpec, { on, by }: LiveTerms): LiveTerms {
  const isInput = pathParameters(path).includes(by) || by in (query?.properties ?? {})
  if (method !== 'GET' || !isInput) throw new Error(`${path} cannot be watched by ${by}`)
  return { on: on.map(({ name }) => ({ name })), by }
}

export function describe(declared: Contract): ContractInfo {
  return declared[info]
}

/** Whether the caller may send an `Idempotency-Key`. */
export function takesKey({ idempotent }: OperationSpec): boolean {
  return idempotent === true || idempotent === 'by-handler'
}

/** Whether the same request may be sent again when it is not known if it arrived. */
export function mayRepeat(operation: OperationSpec, idempotencyKey: string | undefined): boolean {
  if (isRaw(operation.body)) return false
  if (operation.method === 'GET' || operation.idempotent === 'by-content') return true
  return takesKey(operation) && idempotencyKey !== undefined
}

export function isRaw(body: OperationSpec['body']): body is RawBody {
  return body !== undefined && 'raw' in body
}

export function successStatus(operation: OperationSpec): number {
  return Number(Object.keys(operation.reply)[0])
}

export function replySchema(operation: OperationSpec): TSchema {
  return operation.reply[successStatus(operation)] as TSchema
}

export function accessList(operation: Pick<OperationSpec, 'access'>): readonly Access[] {
  return typeof operation.access === 'string' ? [operation.access] : operation.access
}

/** Names of the path parameters, in order: `/carts/:id/items/:itemId` gives `id`, `itemId`. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map((match) => match[1] as string)
}
