import type { Static, TObject, TSchema } from 'typebox'
import type { Actor, Whose } from './access.ts'
import type { Call } from './client.ts'
import type { Contract, ContractInfo, EventType, Input, Operation, Reply } from './contract.ts'
import { describe } from './contract.ts'
import type { Database, Tx } from './database.ts'
import type { JobType, Message } from './message.ts'
import type { Point } from './metrics.ts'
import type { Logger } from './telemetry.ts'

/** What every handler receives besides its input. */
export interface Surroundings<Own = unknown> {
  readonly actor: Actor
  /** Whose resources the actor may see: hand it to every read of someone's data. */
  readonly whose: Whose
  /** What `open` of the service made: gateways, mailers, settings. */
  readonly own: Own
  readonly log: Logger
  readonly now: () => Date
  /** A fresh TypeID: `newId('ord')` gives `ord_01h…`. */
  readonly newId: (prefix: string) => string
  /** The session by which the actor came in, if there is one. */
  readonly sessionId?: string
  /** What the actor's program says of itself, where a session starts. */
  readonly userAgent?: string
  readonly requestId: string
  /** Epoch milliseconds after which the caller no longer waits. */
  readonly deadline: number
  readonly idempotencyKey?: string
  /** From `If-Match`: change only if the resource still has this version. */
  readonly expectedVersion?: number
  /** Header fields in lower case; only operations with a raw body receive them. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface Context<Own = unknown> extends Surroundings<Own> {
  readonly call: Call
  readonly database: Database
}

/** Inside a transaction there is `tx` and no `call`: a peer must never be waited for while rows are locked. */
export interface TransactionContext<Own = unknown> extends Surroundings<Own> {
  readonly tx: Tx
}

// Handlers are written against the operation's type: `Handler<typeof orders.getOrder>`.
export type Handler<Op, Own = unknown> = (input: Input<Op>, context: Context<Own>) => Promise<Reply<Op>>

/** A use case that is one transaction. Its result is stored with the idempotency key in that transaction. */
export type WriteHandler<Op, Own = unknown, Result = Reply<Op>> = (
  input: Input<Op>,
  context: TransactionContext<Own>,
) => Promise<Result>

export type Route<Op, Own> = Handler<Op, Own> | TransactionalRoute<Op, Own>

export interface TransactionalRoute<Op, Own> {
  readonly write: WriteHandler<Op, Own, unknown>
  readonly keyOf?: KeyOf
  readonly present?: (result: never, context: Context<Own>) => Promise<Reply<Op>>
}

/** To what alone a request's change belongs, such as a cart's owner; undefined when it may concern others, too. */
export type KeyOf = (context: Pick<Context, 'actor'>) => string | undefined

/**
 * Runs the handler in one transaction, together with the claim on the request's idempotency key: the same
 * key changes something once, however often and at whatever moment it is repeated.
 * `present` makes the reply from the stored result after the commit, for replies that need other services. With
 * `keyOf` the transaction may be shared, as `Database.sharedTransaction` tells.
 */
export function inTransaction<Op, Own, Result>(
  write: WriteHandler<Op, Own, Result>,
  present?: (result: Result, context: Context<Own>) => Promise<Reply<Op>>,
  keyOf?: KeyOf,
): TransactionalRoute<Op, Own> {
  return { write, present: present as TransactionalRoute<Op, Own>['present'], keyOf }
}

export interface Subscription<Own = unknown> {
  readonly event: EventType
  readonly handle: (message: Message<unknown>, context: TransactionContext<Own>) => Promise<void>
}

/** Hears an event: the handler's changes and the note that it was heard are one transaction. */
export function on<Data extends TSchema, Own>(
  event: EventType<Data>,
  handle: (message: Message<Static<Data>>, context: TransactionContext<Own>) => Promise<void>,
): Subscription<Own> {
  return { event, handle: handle as Subscription<Own>['handle'] }
}

export interface Job<Own = unknown> {
  readonly job: JobType
  readonly perform: (message: Message<unknown>, context: Context<Own>) => Promise<void>
}

/**
 * Does work that was scheduled with `schedule`. It may call peers and the outside world, so it may run more
 * than once: make it idempotent. It is done when it returns; when it throws it is retried with growing pauses.
 */
export function perform<Data extends TSchema, Own>(
  job: JobType<Data>,
  handler: (message: Message<Static<Data>>, context: Context<Own>) => Promise<void>,
): Job<Own> {
  return { job, perform: handler as Job<Own>['perform'] }
}

/**
 * A look that every replica takes again and again, for what died on the way or was never told. Several may look
 * at once, so whoever takes something up keeps the others from it.
 */
export interface Watch<Own = unknown> {
  readonly everyMs: number
  readonly look: (context: Context<Own>) => Promise<void>
}

/** Something that a service wants to have measured. Labels have few values, and say nothing of people. */
export interface Gauge {
  /** As docs/telemetry.md lists it. */
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  /** It is read at most so often; 10 s unless stated. */
  readonly everyMs?: number
  readonly read: (from: Pick<Context, 'database' | 'now'>) => Promise<readonly Point[]>
}

export interface Opened<Config> {
  readonly config: Config
  readonly database: Database
  readonly log: Logger
}

export interface ServiceSpec<Ops extends Contract, Config extends TObject, Own> {
  /** `import.meta.dirname`: migrations are in `migrations/` below it. */
  readonly directory: string
  /**
   * Its statements find rows by their keys, so the database plans each once and not for every value. Not for one
   * that filters: how many rows a filter meets depends on its value, and so does the best plan.
   */
  readonly findsByKey?: boolean
  /** Connections to its database that are enough for it, if those are fewer than others have. */
  readonly connections?: number
  /** Environment variables it reads, each with default and description. */
  readonly config?: Config
  /** Makes what handlers find in `context.own`. */
  readonly open?: (opened: Opened<Static<Config>>) => Own | Promise<Own>
  readonly close?: (own: Own) => Promise<void>
  readonly routes: {
    readonly [Name in keyof Ops as Name extends string ? Name : never]: Route<Ops[Name], Own>
  }
  readonly hears?: readonly Subscription<Own>[]
  /** Which of the events that came it cares about now; the others are not even recorded. All of them by default. */
  readonly heeds?: (messages: readonly Message[], context: Context<Own>) => Promise<readonly Message[]>
  readonly jobs?: readonly Job<Own>[]
  readonly watches?: readonly Watch<Own>[]
  readonly gauges?: readonly Gauge[]
  /** Runs at each start, on one replica at a time, after the migrations: settings a new shop needs. */
  readonly prepare?: (context: Context<Own>) => Promise<void>
}

export interface Service {
  readonly contract: ContractInfo
  readonly directory: string
  readonly findsByKey?: boolean
  readonly connections?: number
  readonly config?: TObject
  readonly open?: (opened: Opened<never>) => unknown
  readonly close?: (own: never) => Promise<void>
  readonly routes: Readonly<Record<string, Route<never, never>>>
  readonly hears: readonly Subscription[]
  readonly heeds?: (messages: readonly Message[], context: Context) => Promise<readonly Message[]>
  readonly jobs: readonly Job[]
  readonly watches: readonly Watch[]
  readonly gauges: readonly Gauge[]
  readonly prepare?: (context: Context) => Promise<void>
}

/** Declares a service: the table of contents of its folder. */
export function service<
  Ops extends Contract,
  Config extends TObject = TObject<Record<never, never>>,
  Own = undefined,
>(declared: Ops, spec: ServiceSpec<Ops, Config, Own>): Service {
  const { hears = [], jobs = [], watches = [], gauges = [], ...rest } = spec
  return { ...rest, hears, jobs, watches, gauges, contract: describe(declared) } as unknown as Service
}

export type { Input, Operation, Reply }
