import type { Broker, Refusal } from './broker.ts'
import { type Database, json } from './database.ts'
import type { Message } from './message.ts'
import type { SaidEvent } from './outbox.ts'
import { defaultPaceMs, keepPace } from './pace.ts'
import type { Logger } from './telemetry.ts'
import { outside } from './trace.ts'
import { inside, spanOfBatch } from './trace-messages.ts'
import { troubleWith } from './trouble.ts'

export interface Relay {
  /**
   * Starts passing on. Before, those who hear may not have joined yet, and would never get what went by. Resolves when it
   * has looked, or failed to, for what was left behind.
   */
  begin(): Promise<void>
  /** Passes on what this process has just said and committed. */
  pass(said: readonly SaidEvent[]): void
  /** Looks for events that nobody passed on, too. */
  kick(): void
  /** Resolves when nothing is left to pass on, or the carrier has failed. */
  idle(): Promise<void>
  /** Passes on what was said last, and ends. */
  stop(): Promise<void>
}

export interface RelayOptions {
  readonly database: Database
  readonly broker: Broker
  readonly source: string
  readonly log: Logger
  readonly now: () => Date
  /** How often to look for events of a process that died before passing them on. */
  readonly pollMs?: number
  /** From one batch to the next. */
  readonly paceMs?: number
}

/** Events that are in flight to the carrier at the same time. */
const batchSize = 100
/** Events kept in memory for the carrier; the rest waits in the table alone. */
const freshLimit = 1_000
/** For this long an event is left to the replica that passes it on. A repeat by another does no harm. */
export const relayLeaseMs = 2_000
const longestPauseMs = 5_000

/**
 * Passes events from the outbox to the carrier. Rows leave the outbox when the carrier has taken them. What is
 * said is passed on from memory; the table is read only for what was left behind: by a crash, a carrier that
 * was away, or too much at once. No row is locked and no transaction is open while the carrier is waited for.
 */
export function startRelay(options: RelayOptions): Relay {
  const { log, pollMs = 1_000 } = options
  const work = openWork(options)
  const trouble = troubleWith(log, {
    failing: 'events wait in the outbox',
    over: 'events are passed on again',
  })
  let running: Promise<void> | undefined
  let resting: NodeJS.Timeout | undefined
  let begun = false

  const rest = (error: unknown) => {
    trouble.failed(error)
    resting = setTimeout(() => {
      resting = undefined
      kick()
    }, work.giveUp())
    resting.unref()
  }
  const run = () => {
    if (running || resting || !begun) return
    running = outside(work.drain)
      .then(trouble.works, rest)
      .finally(() => {
        running = undefined
      })
  }
  const kick = () => {
    work.look()
    run()
  }
  const poll = setInterval(kick, pollMs)
  poll.unref()
  return {
    begin: () => {
      begun = true
      kick()
      return work.looked
    },
    pass: (said) => {
      if (!resting) work.add(said)
      run()
    },
    kick,
    idle: async () => {
      while (running) await running
    },
    stop: async () => {
      clearInterval(poll)
      work.finish()
      await running
      clearTimeout(resting)
    },
  }
}

/** What there is to pass on: events fresh from a commit, and those in the table that nobody has passed on. */
function openWork({ database, broker, source, log, now, paceMs = defaultPaceMs }: RelayOptions) {
  const pace = keepPace(paceMs)
  let fresh: Message[] = []
  let look = true
  const firstLook = Promise.withResolvers<void>()
  /** Whether the table holds more than one batch. */
  let full = false
  let finishing = false
  let failures = 0
  const passOn = async (batch: readonly Message[]) => {
    if (batch.length === 0) return
    const refusals = await inside(spanOfBatch('publish', batch, source), () => broker.publish(batch))
    const refused = new Set(refusals.map(({ id }) => id))
    await remove(
      database,
      batch.map(({ id }) => id).filter((id) => !refused.has(id)),
    )
    if (refusals.length > 0) {
      log.warn({ refused: refused.size, reason: refusals[0]?.reason }, 'events were refused')
      await postpone(database, refusals, now())
    }
    if (refusals.length === batch.length) throw new Error('The carrier took nothing.')
    failures = 0
  }
  const passLeftBehind = async () => {
    const left = await claimLeftBehind(database, source, now()).finally(firstLook.resolve)
    full = left.length === batchSize
    look = full
    const known = new Set(left.map(({ id }) => id))
    fresh = fresh.filter(({ id }) => !known.has(id))
    await passOn(left)
  }
  return {
    looked: firstLook.promise,
    add: (said: readonly SaidEvent[]) => {
      if (finishing || fresh.length + said.length > freshLimit) return
      for (const event of said) fresh.push({ ...event, source, attempt: 1 })
    },
    look: () => {
      look = true
    },
    drain: async () => {
      while (fresh.length > 0 || (look && !finishing)) {
        if (fresh.length < batchSize && !full) await pace.next()
        if (look && !finishing) await passLeftBehind()
        await passOn(fresh.splice(0, batchSize))
      }
    },
    /** What is not passed on is in the table, where it is found when its lease is over. Tells for how long to rest. */
    giveUp: () => {
      fresh = []
      return Math.min(250 * 2 ** failures++, longestPauseMs)
    },
    finish: () => {
      finishing = true
      firstLook.resolve()
      pace.end()
    },
  }
}

async function claimLeftBehind(database: Database, source: string, now: Date): Promise<Message[]> {
  const rows = await database.rows<SaidEvent>`
    update rialto.outbox set due_at = ${new Date(now.getTime() + relayLeaseMs)} where id = any(array(
      select id from rialto.outbox where due_at <= ${now} order by due_at, id limit ${batchSize}
      for update skip locked))
    returning id, name, version, aggregate_id, aggregate_version, data, at, traceparent`
  rows.sort((a, b) => (a.id < b.id ? -1 : 1))
  return rows.map((row) => ({ ...row, source, attempt: 1 }))
}

async function remove(database: Database, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await database.quick.run`delete from rialto.outbox where id = any(${ids})`
}

/** One that is refused again and again, such as one beyond the carrier's size, holds up no other. */
async function postpone(database: Database, refusals: readonly Refusal[], now: Date): Promise<void> {
  await database.run`
    update rialto.outbox o set attempts = attempts + 1, last_error = left(r.reason, 2000),
      due_at = ${now}::timestamptz + interval '1 second' * least(2 ^ attempts, 30)
    from jsonb_to_recordset(${json(refusals)}) as r(id text, reason text) where o.id = r.id`
}
