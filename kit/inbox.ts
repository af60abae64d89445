import { createHash } from 'node:crypto'
import type { Hearer, UnreadableMessage } from './broker.ts'
import { type Database, json, type Tx } from './database.ts'
import { anyDue, claimDue, forgetTogether, renew, type Taken } from './inbox-leases.ts'
import { measureHearing, measureJob } from './measures.ts'
import type { Message } from './message.ts'
import { defaultPaceMs, keepPace } from './pace.ts'
import type { Logger } from './telemetry.ts'
import { outside, type Span } from './trace.ts'
import { inside, spanOfBatch, spanOfMessage } from './trace-messages.ts'
import { troubleWith } from './trouble.ts'

/** What the inbox does with a message once it is its turn. */
export interface Hearing {
  /** Those of the messages that have an effect at all; the others are let go by. */
  readonly heed?: (messages: readonly Message[]) => Promise<readonly Message[]>
  /** Handles an event inside the transaction that records it. */
  readonly hear: (tx: Tx, message: Message) => Promise<void>
  /** Performs a job outside any transaction. */
  readonly perform: (message: Message) => Promise<void>
}

/** Events that are delivered take effect at once; those that fail are kept and retried. */
export interface Inbox extends Hearer {
  /** Something may be due: look now. */
  kick(): void
  /** Does everything that is due now and resolves when nothing is. */
  runDue(): Promise<void>
  stop(): Promise<void>
}

export interface InboxOptions extends Hearing {
  /** Whose inbox it is. */
  readonly service: string
  readonly database: Database
  readonly log: Logger
  readonly now: () => Date
  /** The net under the kicks. */
  readonly pollMs?: number
  readonly renewMs?: number
  /** Jobs at work at the same time. */
  readonly concurrency?: number
  /** From one look at what is due to the next. */
  readonly paceMs?: number
}

/** Well before a lease ends. */
const renewEveryMs = 2_000
/** Work that has not ended by then hangs: it is left to its lease, and begun anew. */
const heldLimitMs = 600_000

/** After so many attempts a message is parked as a dead letter for a person to look at. */
const attemptsLimit = 12

/** Pause before the next attempt: 1 s, 2 s, 4 s, … up to 10 minutes. */
export function pauseMs(attempts: number): number {
  return Math.min(1_000 * 2 ** (attempts - 1), 600_000)
}

export function openInbox(options: InboxOptions): Inbox {
  const { database, log, now, pollMs = 1_000, renewMs = renewEveryMs, concurrency = 16 } = options
  const pace = keepPace(options.paceMs ?? defaultPaceMs)
  const trouble = troubleWith(log, { failing: 'the inbox cannot be read', over: 'the inbox is read again' })
  const busy = new Map<Taken, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let claiming: Promise<void> | undefined
  let again = false
  /** Whether more may be due than can be worked on at once. */
  let more = false

  const forget = forgetTogether(database)
  const start = (row: Taken) => {
    const work = workOn(options, row, forget).finally(() => {
      busy.delete(row)
      if (more) kick()
    })
    busy.set(row, work)
  }
  const held = () => {
    const since = now().getTime() - heldLimitMs
    return [...busy.keys()].filter(({ dueAt }) => Date.parse(dueAt) > since)
  }
  const renewing = setInterval(() => renew(options, held()), renewMs).unref()
  const claim = async () => {
    do {
      await pace.next()
      again = false
      const room = concurrency - busy.size
      const rows = room > 0 && !stopped ? await claimDue(options, room, held()) : []
      more = rows.length === room
      for (const row of rows) start(row)
    } while (again && !stopped)
  }
  const kick = () => {
    again = true
    if (claiming || stopped) return
    claiming = outside(claim)
      .then(trouble.works, trouble.failed)
      .finally(async () => {
        claiming = undefined
        clearTimeout(timer)
        if (!stopped) timer = setTimeout(kick, pollMs).unref()
      })
  }
  return {
    deliver: (messages) => take(options, messages),
    park: (message) => park(options, message),
    kick,
    runDue: async () => {
      do {
        kick()
        while (claiming || busy.size > 0) await Promise.all([claiming, ...busy.values()])
      } while (await anyDue(database, now()))
    },
    stop: async () => {
      stopped = true
      pace.end()
      clearTimeout(timer)
      await Promise.allSettled([claiming, ...busy.values()])
      clearInterval(renewing)
    },
  }
}

/**
 * Records the messages and makes their changes in one transaction: a repeat finds its record and does
 * nothing. If one of them fails, all are only recorded, to be handled one by one.
 */
async function take(options: InboxOptions, delivered: readonly Message[]): Promise<void> {
  const { service, database, heed, log, now } = options
  const messages = heed ? await heed(delivered) : delivered
  if (messages.length === 0) return
  const batch = spanOfBatch('receive', messages, service)
  try {
    await inside(batch, () =>
      database.transaction(async (tx) => {
        const fresh = await record(tx, messages, 'done', now())
        // Deleted as it is heard: a message and its repeat may have come together.
        for (const message of messages)
          if (fresh.delete(message.id)) await hearOne(options, tx, message, batch)
      }),
    )
  } catch (error) {
    log.warn({ error: String(error), messages: messages.length }, 'events will be handled one by one')
    await database.transaction((tx) => record(tx, messages, 'waiting', now()))
  }
}

/** The message in its own trace, with a link to where it was received. */
function hearOne(options: InboxOptions, tx: Tx, message: Message, batch?: Span): Promise<void> {
  const span = spanOfMessage('process', message, options.service, batch ? [batch] : [])
  return inside(span, () => measureHearing(options, message, () => options.hear(tx, message)))
}

/** A message that cannot be read is kept as it came. The same text is the same letter, however often it comes. */
async function park(
  { database, log, now }: InboxOptions,
  { name, aggregateId, raw, reason }: UnreadableMessage,
): Promise<void> {
  const id = `raw_${createHash('sha256').update(raw).digest('base64url').slice(0, 26)}`
  const parked = await database.run`
    insert into rialto.inbox (id, kind, name, version, aggregate_id, aggregate_version, source, raw, at, state, due_at, last_error)
    values (${id}, 'event', ${name}, 0, ${aggregateId}, 0, '', ${raw}, ${now()}, 'dead', ${now()}, ${reason.slice(0, 2_000)})
    on conflict (id) do nothing`
  if (parked === 1) log.error({ message: name, id, reason }, 'cannot be read; parked as a dead letter')
}

async function record(
  tx: Tx,
  messages: readonly Message[],
  state: 'done' | 'waiting',
  now: Date,
): Promise<Set<string>> {
  const rows = messages.map((message) => {
    const { id, name, version, aggregateId, aggregateVersion, source, at, traceparent } = message
    const kept = state === 'waiting' ? message.data : null
    return {
      id,
      name,
      version,
      aggregate_id: aggregateId,
      aggregate_version: aggregateVersion,
      source,
      data: kept,
      at,
      traceparent,
    }
  })
  const fresh = await tx.rows<{ id: string }>`
    insert into rialto.inbox (id, kind, name, version, aggregate_id, aggregate_version, source, data, at, state, due_at,
      traceparent)
    select id, 'event', name, version, aggregate_id, aggregate_version, source, data, at, ${state}, ${now}, traceparent
    from jsonb_to_recordset(${json(rows)}) as m(id text, name text, version integer, aggregate_id text,
      aggregate_version bigint, source text, data jsonb, at timestamptz, traceparent text)
    on conflict (id) do nothing returning id`
  return new Set(fresh.map(({ id }) => id))
}

async function workOn(
  options: InboxOptions,
  row: Taken,
  forget: (done: Taken) => Promise<unknown>,
): Promise<void> {
  const message: Message = { ...row, attempt: row.attempts }
  try {
    if (row.kind === 'event') await hearAgain(options, message)
    else {
      const span = spanOfMessage('perform', message, options.service)
      await inside(span, () => measureJob(options, message, () => options.perform(message)))
      await forget(row)
    }
  } catch (error) {
    await postpone(options, row, error).catch((failure) => {
      options.log.warn({ error: String(failure) }, 'the inbox cannot be written; the lease will run out')
    })
  }
}

function hearAgain(options: InboxOptions, message: Message): Promise<void> {
  const { database } = options
  return database.transaction(async (tx) => {
    const mine = await tx.run`
      update rialto.inbox set state = 'done', data = null, last_error = null
      where id = ${message.id} and state = 'waiting' and attempts = ${message.attempt}`
    if (mine === 1) await hearOne(options, tx, message)
  })
}

async function postpone({ database, log, now }: InboxOptions, row: Taken, error: unknown): Promise<void> {
  const dead = row.attempts >= attemptsLimit
  const due = new Date(now().getTime() + pauseMs(row.attempts))
  const told = {
    message: row.name,
    id: row.id,
    attempts: row.attempts,
    error: error instanceof Error ? error.stack : String(error),
  }
  if (dead) log.error(told, 'parked as a dead letter')
  else log.warn(told, 'will be tried again')
  await database.run`
    update rialto.inbox set due_at = ${due}, last_error = ${String(error).slice(0, 2_000)}, state = ${dead ? 'dead' : 'waiting'}
    where id = ${row.id} and attempts = ${row.attempts}`
}
