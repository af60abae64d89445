import type { Queries } from '@rialto/kit/database'
import type { Databases } from '../../facts.ts'

/** What is still under way, and of what: counted, not read, so that it can be asked again and again. */
export interface OpenWork {
  /** Checkouts, cancellations and refunds that are not at their end. */
  readonly sagas: number
  /** Payments in doubt, money that is to move, events, failed jobs and mails on their way. */
  readonly consequences: number
}

export async function countOpenWork(databases: Databases): Promise<OpenWork> {
  const { orders, payments, notifications } = databases
  if (!orders || !payments || !notifications) throw new Error('A database is missing.')
  const [sagas, money, mails, ...messages] = await Promise.all([
    countSagas(orders),
    countMoney(payments),
    count(notifications.row<Count>`select count(*)::int as count from deliveries where status = 'queued'`),
    ...Object.values(databases).map(countMessages),
  ])
  const consequences = [money, mails, ...messages].reduce((sum, open) => sum + open, 0)
  return { sagas, consequences }
}

interface Count {
  readonly count: number
}

async function count(asking: Promise<Count | undefined>): Promise<number> {
  return (await asking)?.count ?? 0
}

/** What waits for its shopper is no work of the shop. */
function countSagas(orders: Queries): Promise<number> {
  return count(orders.row<Count>`
    select (select count(*) from checkouts where step in ('reserve', 'ask', 'undo'))::int
      + (select count(*) from sagas where step not in ('done', 'failed'))::int
      + (select count(*) from orders where cancelled_at is null and captured < total)::int as count`)
}

function countMoney(payments: Queries): Promise<number> {
  return count(payments.row<Count>`
    select (select count(*) from payments where gateway <> '' and status in ('authorizing', 'unknown'))::int
      + (select count(*) from refunds where status in ('waiting', 'sent'))::int as count`)
}

/** A job that waits for its time is none, one that failed is. */
function countMessages(database: Queries): Promise<number> {
  return count(database.row<Count>`
    select (select count(*) from rialto.outbox)::int
      + (select count(*) from rialto.inbox
          where state = 'waiting' and (kind = 'event' or attempts > 0))::int as count`)
}
