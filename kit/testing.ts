import type { Static, TSchema } from 'typebox'
import type { Actor } from './access.ts'
import { createLocalBroker } from './broker.ts'
import { type CallOptions, createCall } from './client.ts'
import type { EventType, Input, Operation, OperationSpec, Reply } from './contract.ts'
import { type Database, openDatabase } from './database.ts'
import type { Dispatch } from './dispatch.ts'
import { newId, newRequestId } from './id.ts'
import type { Inbox } from './inbox.ts'
import type { Message } from './message.ts'
import { migrate } from './migrate.ts'
import { mount } from './mount.ts'
import { testDatabases } from './postgres.ts'
import type { Service } from './service.ts'
import { readSettings } from './settings.ts'
import { type Logger, silent } from './telemetry.ts'

const tester: Actor = { kind: 'service', name: 'test' }

/** A stand-in for a peer's operation. */
export type Peer = readonly [
  Operation,
  (input: never, request: { actor: Actor; idempotencyKey?: string }) => unknown,
]

/** Pairs an operation of a peer with what it answers in a test. */
export function peer<Spec extends OperationSpec>(
  operation: Operation<Spec>,
  answer: (input: Input<Operation<Spec>>, request: { actor: Actor; idempotencyKey?: string }) => unknown,
): Peer {
  return [operation as unknown as Operation, answer as Peer[1]]
}

export interface World {
  readonly database: Database
  readonly inbox: Inbox
  call<Spec extends OperationSpec>(
    operation: Operation<Spec>,
    input: Input<Operation<Spec>>,
    options?: CallOptions & {
      as?: Actor
      sessionId?: string
      userAgent?: string
      headers?: Record<string, string>
    },
  ): Promise<Reply<Operation<Spec>>>
  /** Delivers an event and waits until it was handled. The same id twice is a duplicate. */
  hear<Data extends TSchema>(
    event: EventType<Data>,
    data: Static<Data>,
    about?: Partial<Message>,
  ): Promise<void>
  /** The data of all such events that were said so far, in order. */
  said<Data extends TSchema>(event: EventType<Data>): Promise<Static<Data>[]>
  /** Performs everything that is due, and what becomes due by it. */
  runJobs(): Promise<void>
  /** What the service takes for the present. */
  now(): Date
  /** Moves the clock that `now()` and due times go by. */
  advance(ms: number): void
  close(): Promise<void>
}

export interface WorldOptions {
  readonly peers?: readonly Peer[]
  readonly config?: Record<string, string>
  readonly log?: Logger
}

/** Opens one service on a database of its own, with stand-ins for its peers. */
export async function openWorld(
  service: Service,
  { peers = [], config = {}, log = silent }: WorldOptions = {},
): Promise<World> {
  const databases = await testDatabases()
  const heard: Message[] = []
  const broker = createLocalBroker()
  broker.watch(
    service.contract.events.map(({ name }) => name),
    (message) => heard.push(message),
  )
  let offsetMs = 0
  const now = () => new Date(Date.now() + offsetMs)
  const doors = doorsOf(peers)
  const mounted = await mount(looksWhenAsked(service), {
    databaseUrl: await databases.ensureDatabase(service.contract.name),
    broker,
    find: (name) => doors.get(name),
    log,
    settings: readSettings([service], config),
    now,
    poolSize: 10,
    paceMs: 0,
  })
  doors.set(service.contract.name, mounted.dispatch)
  await mounted.begin()
  return {
    database: mounted.database,
    inbox: mounted.inbox,
    call: (operation, input, { as = tester, headers, ...options } = {}) => {
      const request = { requestId: newRequestId(), deadline: Date.now() + 30_000, headers, ...options }
      const find = (name: string): Dispatch | undefined => {
        const door = doors.get(name)
        return door && ((asked, checked) => door(asked, checked, { ...request, actor: as }))
      }
      return createCall(find, 'test', { ...request, actor: as })(operation, input)
    },
    hear: async (event, data, about = {}) => {
      await mounted.inbox.deliver([messageOf(event, data, about)])
      await mounted.inbox.runDue()
    },
    said: async (event) => {
      mounted.relay.kick()
      await mounted.relay.idle()
      return heard.filter(({ name }) => name === event.name).map(({ data }) => data) as never
    },
    runJobs: async () => {
      await mounted.look()
      await mounted.inbox.runDue()
    },
    now,
    advance: (ms) => {
      offsetMs += ms
    },
    close: async () => {
      await mounted.stop()
      await databases.stop()
    },
  }
}

/** What comes by itself every so often would come in between, at another moment in each run. */
function looksWhenAsked(service: Service): Service {
  const never = 2 ** 31 - 1
  return { ...service, watches: service.watches.map((watch) => ({ ...watch, everyMs: never })) }
}

function doorsOf(peers: readonly Peer[]): Map<string, Dispatch> {
  const answers = new Map(
    peers.map(([operation, answer]) => [`${operation.service}.${operation.name}`, answer]),
  )
  const dispatch: Dispatch = async ({ service, name }, input, request) => {
    const answer = answers.get(`${service}.${name}`)
    if (!answer) throw new Error(`This test has no stand-in for ${service}.${name}`)
    return answer(input as never, request)
  }
  return new Map(peers.map(([operation]) => [operation.service, dispatch]))
}

/** The message by which an event is heard. */
export function messageOf(event: EventType, data: unknown, about: Partial<Message> = {}): Message {
  const { name, version } = event
  const at = new Date().toISOString()
  return {
    id: newId('msg'),
    name,
    version,
    aggregateId: 'test',
    aggregateVersion: 1,
    source: 'test',
    at,
    data,
    attempt: 1,
    ...about,
  }
}

/** A database with the kit's own tables, for tests of what works on those alone. */
export async function openKitDatabase(name: string): Promise<{ database: Database; close(): Promise<void> }> {
  const databases = await testDatabases()
  const database = openDatabase({ url: await databases.ensureDatabase(name) })
  await migrate(database, 'a service without tables')
  return {
    database,
    close: async () => {
      await database.close()
      await databases.stop()
    },
  }
}
