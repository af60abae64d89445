import type { Database } from './database.ts'
import { gauge } from './metrics.ts'
import type { Gauge } from './service.ts'

/** What is asked of a database is not asked again so soon, however many want to know. */
const keptMs = 5_000

interface Queues {
  readonly outgoing: number
  readonly outgoingAge: number
  readonly failed: number
  readonly failedAge: number
  readonly due: number
  readonly dueAge: number
  readonly scheduled: number
  readonly dead: number
}

export interface MeasuredService {
  readonly name: string
  readonly database: Database
  /** What the service itself wants to have measured. */
  readonly gauges: readonly Gauge[]
  readonly now: () => Date
}

/** Measures the queues and the connections of a service. The function returned ends that. */
export function measureService({ name, database, gauges, now }: MeasuredService): () => void {
  const queues = kept(keptMs, () => readQueues(database, now()))
  const service = { service: name }
  const queue = (of: string, help: string, value: (queues: Queues) => number) =>
    gauge(of, help, ['service'], async () => [{ labels: service, value: value(await queues()) }])
  const { pool } = database
  const own = gauges.map(({ name: of, help, labels, everyMs = 10_000, read }) => {
    const reading = kept(everyMs, () => read({ database, now }))
    return gauge(of, help, labels, reading)
  })
  const ends = [
    ...own,
    queue('rialto_outbox_messages', 'Events that the carrier does not have yet', (one) => one.outgoing),
    queue('rialto_outbox_age_seconds', 'How long the oldest of them has waited', (one) => one.outgoingAge),
    queue('rialto_inbox_messages', 'Events that failed and are tried again', (one) => one.failed),
    queue('rialto_inbox_age_seconds', 'How long ago the oldest of them was said', (one) => one.failedAge),
    queue('rialto_jobs_due', 'Scheduled work that is due', (one) => one.due),
    queue('rialto_jobs_due_age_seconds', 'For how long the oldest of it has been due', (one) => one.dueAge),
    queue('rialto_jobs_scheduled', 'Scheduled work in all', (one) => one.scheduled),
    queue('rialto_dead_letters', 'Messages that a person has to look at', (one) => one.dead),
    gauge('rialto_database_connections', 'Connections to its database', ['service', 'state'], () => [
      { labels: { ...service, state: 'busy' }, value: pool.totalCount - pool.idleCount },
      { labels: { ...service, state: 'idle' }, value: pool.idleCount },
    ]),
    gauge('rialto_database_connections_limit', 'How many there may be', ['service'], () => [
      { labels: service, value: pool.options.max },
    ]),
    gauge('rialto_database_waiting', 'Work that waits for a connection', ['service'], () => [
      { labels: service, value: pool.waitingCount },
    ]),
  ]
  return () => {
    for (const end of ends) end()
  }
}

/** Counts end at 100,000: more is as bad, and takes longer to count. */
async function readQueues(database: Database, now: Date): Promise<Queues> {
  const row = await database.row<Queues>`
    select o.count as outgoing, coalesce(extract(epoch from ${now}::timestamptz - o.oldest), 0)::float8 as outgoing_age,
      e.count as failed, coalesce(extract(epoch from ${now}::timestamptz - e.oldest), 0)::float8 as failed_age,
      j.due, coalesce(extract(epoch from ${now}::timestamptz - j.oldest), 0)::float8 as due_age, j.scheduled,
      d.count as dead
    from (select count(*), min(at) as oldest from (select at from rialto.outbox limit 100000)) o,
      (select count(*), min(at) as oldest from (select at from rialto.inbox where state = 'waiting' and kind = 'event'
        limit 100000)) e,
      (select count(*) filter (where due_at <= ${now}) as due, min(due_at) filter (where due_at <= ${now}) as oldest,
        count(*) as scheduled
        from (select due_at from rialto.inbox where state = 'waiting' and kind = 'job' limit 100000)) j,
      (select count(*) from (select 1 from rialto.inbox where state = 'dead' limit 100000)) d`
  if (!row) throw new Error('The queues cannot be counted')
  return row
}

/** Reads again when what it read last is older. Those who ask together wait for one answer. */
function kept<Value>(ms: number, read: () => Promise<Value>): () => Promise<Value> {
  let reading: Promise<Value> | undefined
  let at = Number.NEGATIVE_INFINITY
  return () => {
    if (reading && performance.now() - at < ms) return reading
    at = performance.now()
    reading = read()
    reading.catch(() => {
      reading = undefined
    })
    return reading
  }
}
