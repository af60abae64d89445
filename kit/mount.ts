import type { Broker } from './broker.ts'
import { createCall, type Find } from './client.ts'
import { type Database, type DatabaseOptions, openDatabase } from './database.ts'
import { onceItAnswers } from './database-away.ts'
import { contextFor, createDispatch, type Dispatch, type Surround, withTx } from './dispatch.ts'
import { newRequestId } from './id.ts'
import { purge } from './idempotency.ts'
import { type Inbox, openInbox } from './inbox.ts'
import { measureService } from './measure-service.ts'
import { countSaid } from './measures.ts'
import type { Message } from './message.ts'
import { messageRoutes } from './message-routes.ts'
import { migrate } from './migrate.ts'
import { wakeAfterCommit } from './outbox.ts'
import { type Relay, startRelay } from './relay.ts'
import { defaultTimeoutMs, type RequestInfo } from './request.ts'
import type { Context, Service } from './service.ts'
import type { Logger } from './telemetry.ts'
import { presentSpan } from './trace.ts'
import { checker } from './validation.ts'
import { startWatches } from './watch.ts'

/** A service at work in this process. */
export interface Mounted {
  readonly service: Service
  readonly database: Database
  readonly dispatch: Dispatch
  readonly inbox: Inbox
  readonly relay: Relay
  /** Takes up events and jobs, and runs `prepare`. Call it once every service of the process is mounted. */
  begin(): Promise<void>
  /** Does at once what its watches do every so often. */
  look(): Promise<void>
  /** Finishes what is running and lets go of everything. Services of one process end together: `stopAll`. */
  stop(): Promise<void>
}

/** Stops services together. First nobody passes on events any more: none may meet a hearer that has left. */
export async function stopAll(mounted: readonly Mounted[]): Promise<void> {
  await Promise.all(mounted.map(({ relay }) => relay.stop()))
  await Promise.all(mounted.map((service) => service.stop()))
}

export interface MountOptions {
  readonly databaseUrl: string
  readonly broker: Broker
  readonly find: Find
  readonly log: Logger
  readonly settings: Record<string, unknown>
  readonly now?: () => Date
  readonly poolSize?: number
  /** Jobs at work at the same time. */
  readonly concurrency?: number
  /** Between two looks into outbox and inbox. */
  readonly paceMs?: number
  /** Opens the database; tests put something between a service and its database. */
  readonly open?: (options: DatabaseOptions) => Database
}

const purgeEveryMs = 3_600_000

/** Migrates the service's database, opens what it needs and wires its inbox and outbox. */
export async function mount(service: Service, options: MountOptions): Promise<Mounted> {
  const { broker, now = () => new Date(), open = openDatabase } = options
  const name = service.contract.name
  const log = options.log.child({ service: name })
  const database = open({
    url: options.databaseUrl,
    poolSize: poolSizeOf(service, options),
    planOnce: service.findsByKey,
  })
  await onceItAnswers(() => migrate(database, service.directory))
  const opened = { config: options.settings as never, database, log }
  const own = await service.open?.(opened)
  const surround: Surround = {
    database,
    own,
    log,
    now,
    callAs: (request) => createCall(options.find, name, request),
  }
  const inbox = inboxOf(service, surround, options)
  const relay = startRelay({ database, broker, source: name, log, now, paceMs: options.paceMs })
  wakeAfterCommit(database, { now, events: counting(name, relay.pass), jobs: inbox.kick })
  const unmeasure = measureService({ name, database, gauges: service.gauges, now })
  const unsubscribe = broker.subscribe(
    name,
    service.hears.map(({ event }) => event.name),
    inbox,
  )
  const watching = startWatches(service.watches, { context: () => ownContext(name, surround), log })
  const purging = keepPurging(database, now, log)
  return {
    service,
    database,
    dispatch: createDispatch({ ...service, routes: { ...service.routes, ...messageRoutes(name) } }, surround),
    inbox,
    relay,
    begin: async () => {
      await onceItAnswers(() => prepareAlone(service, ownContext(name, surround)))
      // One look after the other, so that they need one connection only.
      await relay.begin()
      inbox.kick()
      watching.begin()
    },
    look: watching.look,
    stop: async () => {
      clearInterval(purging)
      unmeasure()
      await unsubscribe()
      await Promise.all([watching.stop(), inbox.stop(), relay.stop()])
      await service.close?.(own as never)
      await database.close()
    },
  }
}

function keepPurging(database: Database, now: () => Date, log: Logger): NodeJS.Timeout {
  const purgeNow = () =>
    purge(database, now()).catch((error) => log.warn({ error: String(error) }, 'purge failed'))
  return setInterval(purgeNow, purgeEveryMs).unref()
}

function counting(name: string, pass: Relay['pass']): Relay['pass'] {
  return (said) => {
    countSaid(name, said)
    pass(said)
  }
}

/** Replicas that start together prepare one after the other, so that each finds what the one before has made. */
async function prepareAlone({ prepare }: Service, context: Context): Promise<void> {
  if (!prepare) return
  const client = await context.database.pool.connect()
  try {
    await client.query('select pg_advisory_lock(7262000)')
    await prepare(context)
    await client.query('select pg_advisory_unlock(7262000)')
    client.release()
  } catch (error) {
    // The lock ends with its connection.
    client.release(true)
    throw error
  }
}

function poolSizeOf({ connections }: Service, { poolSize }: MountOptions): number | undefined {
  return connections === undefined ? poolSize : Math.min(connections, poolSize ?? connections)
}

type Tempo = Pick<MountOptions, 'concurrency' | 'paceMs'>

function inboxOf(service: Service, surround: Surround, { concurrency, paceMs }: Tempo): Inbox {
  const hearers = new Map(service.hears.map((heard) => [heardAs(heard.event), heard]))
  const jobs = new Map(service.jobs.map((job) => [job.job.name, { ...job, check: checker(job.job.schema) }]))
  const context = (message: Message) => ownContext(service.contract.name, surround, message.id)
  const { heeds } = service
  return openInbox({
    service: service.contract.name,
    database: surround.database,
    log: surround.log,
    now: surround.now,
    concurrency,
    paceMs,
    ...(heeds && { heed: (messages) => heeds(messages, ownContext(service.contract.name, surround)) }),
    hear: async (tx, message) => {
      const hearer = hearers.get(heardAs(message))
      // A replica that is newer may know it, so it is retried before it is parked.
      if (!hearer) throw new Error(`${service.contract.name} does not know ${heardAs(message)}`)
      await hearer.handle(message, withTx(context(message), tx))
    },
    perform: async (message) => {
      const job = jobs.get(message.name)
      if (!job) throw new Error(`${service.contract.name} has no job ${message.name}`)
      job.check(message.data)
      await job.perform(message, context(message))
    },
  })
}

function heardAs({ name, version }: { name: string; version: number }): string {
  return `${name} in version ${version}`
}

/** The context of work that no request asked for: the service acts as itself. */
function ownContext(name: string, surround: Surround, requestId = newRequestId()): Context {
  const request: RequestInfo = {
    actor: { kind: 'service', name },
    requestId,
    span: presentSpan(),
    deadline: Date.now() + 4 * defaultTimeoutMs,
  }
  return contextFor({ access: 'service' }, request, surround)
}
