import { type Database, type Sql, sql } from './database.ts'
import { groupCommit } from './group-commit.ts'
import type { Message } from './message.ts'
import type { Logger } from './telemetry.ts'

// Who works on what lies in an inbox: it is taken for a while, kept for as long as the work takes, and let go.

/** For so long a message is left to who works on it, and who renews it for as long as that takes. */
const leaseMs = 8_000

/** A message as it was taken from the inbox. */
export interface Taken extends Omit<Message, 'attempt'> {
  /** When the lease under which it was taken ends. */
  readonly dueAt: string
  readonly kind: 'event' | 'job'
  readonly attempts: number
}

interface Place {
  readonly database: Database
  readonly log: Logger
  readonly now: () => Date
}

/** Takes what has been due longest, and keeps others from it until the lease ends. */
export function claimDue({ database, now }: Place, limit: number, held: readonly Taken[]): Promise<Taken[]> {
  const at = now()
  return database.quick.rows<Taken>`
    update rialto.inbox set due_at = ${new Date(at.getTime() + leaseMs)}, attempts = attempts + 1
    where id = any(array(select id from rialto.inbox where state = 'waiting' and due_at <= ${at}
        and id <> all(${held.map(({ id }) => id)})
      order by due_at limit ${limit} for update skip locked))
    returning *`
}

/**
 * Moves the ends of leases ahead, and never a pause that was set meanwhile back. If it fails, a lease may run out:
 * whoever takes the message then repeats what is repeatable.
 */
export async function renew({ database, log, now }: Place, held: readonly Taken[]): Promise<void> {
  if (held.length === 0) return
  const until = new Date(now().getTime() + leaseMs)
  try {
    await database.run`
      update rialto.inbox i set due_at = ${until}
      from ${these(held)} where i.id = t.id and i.attempts = t.attempts and i.state = 'waiting' and i.due_at < ${until}`
  } catch (error) {
    log.warn({ error: String(error) }, 'leases are not renewed')
  }
}

/** Of jobs that are done nothing stays, unless somebody else has taken them meanwhile. Many at once share a statement. */
export function forgetTogether(database: Database): (done: Taken) => Promise<unknown> {
  return groupCommit<Taken, Taken>(async (rows) => {
    await database.run`
      delete from rialto.inbox i using ${these(rows)} where i.id = t.id and i.attempts = t.attempts`
    return rows
  })
}

/** Rows as they were taken, as the table `t`. */
function these(rows: readonly Taken[]): Sql {
  const [ids, attempts] = [rows.map(({ id }) => id), rows.map(({ attempts }) => attempts)]
  return sql`unnest(${ids}::text[], ${attempts}::integer[]) as t(id, attempts)`
}

/** Whether anything waits whose time has come. */
export async function anyDue(database: Database, now: Date): Promise<boolean> {
  // In order, so that it is found by the index however few or many wait for later.
  const due = await database.row`
    select 1 from rialto.inbox where state = 'waiting' and due_at <= ${now} order by due_at limit 1`
  return due !== undefined
}
