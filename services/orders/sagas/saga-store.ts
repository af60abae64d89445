import { json, type Queries, sql, type Tx } from '@rialto/kit/database'
import { hasRung, nextAlarm } from '../alarm-store.ts'
import { endRefund, type RefundEnd, type Saga } from './saga.ts'

const columns = sql`
  id, kind, order_id, checkout_id, amount, currency, step, steps, waits_for, since, failure, resumes, wake_at,
  created_at, version`

export async function insertSaga(tx: Tx, saga: Saga): Promise<void> {
  const { id, kind, orderId, checkoutId, amount, currency, step, since, wakeAt, createdAt } = saga
  await tx.run`
    insert into sagas
      (id, kind, order_id, checkout_id, amount, currency, step, since, wake_at, created_at)
    values (${id}, ${kind}, ${orderId}, ${checkoutId}, ${amount}, ${currency}, ${step}, ${since}, ${wakeAt},
      ${createdAt})`
}

export function readSaga(queries: Queries, id: string): Promise<Saga | undefined> {
  return queries.row<Saga>`select ${columns} from sagas where id = ${id}`
}

export function lockSagas(tx: Tx, ids: readonly string[]): Promise<Saga[]> {
  return tx.rows<Saga>`
    select ${columns} from sagas where id = any(${ids}) and wake_at is not null order by id for update`
}

/** Stores how far a saga has come, if nobody else has moved it since it was read. */
export async function saveSaga(queries: Queries, saga: Saga): Promise<Saga | undefined> {
  const { id, version, step, steps, waitsFor, since, failure, wakeAt } = saga
  // The alarm is the watchdog's to move; here it only ends.
  const saved = await queries.run`
    update sagas set step = ${step}, steps = ${json(steps)}, waits_for = ${waitsFor}, since = ${since},
      failure = ${failure}, version = version + 1,
      wake_at = case when ${wakeAt === null} then null else wake_at end
    where id = ${id} and version = ${version}`
  return saved === 1 ? { ...saga, version: version + 1 } : undefined
}

/** Ends the sagas of refunds about which news has come. A refund that payments gave by itself has none. */
export async function endRefunds(tx: Tx, ends: readonly RefundEnd[], at: string): Promise<void> {
  const open = await lockSagas(
    tx,
    ends.map(({ id }) => id),
  )
  for (const saga of open) {
    const end = ends.find(({ id }) => id === saga.id)
    if (end) await saveSaga(tx, endRefund(saga, end, new Date(at)))
  }
}

const wakeLimit = 500

export type DueSaga = Pick<Saga, 'id' | 'resumes' | 'step' | 'waitsFor' | 'since'>

/** Picks what has been open for too long, and sets its alarm anew, as it is done with checkouts. */
export function wakeDueSagas(tx: Tx, now: Date): Promise<DueSaga[]> {
  return tx.rows`
    update sagas set resumes = resumes + 1, wake_at = ${nextAlarm(now)}
    where id = any(array(
      select id from sagas where ${hasRung(now)}
      order by wake_at limit ${wakeLimit} for update skip locked))
    returning id, resumes, step, waits_for, since`
}

/** Open cancellations of orders that came of these checkouts. */
export async function findCancelling(tx: Tx, checkoutIds: readonly string[]): Promise<string[]> {
  const open = await tx.rows<{ id: string }>`
    select id from sagas where checkout_id = any(${checkoutIds}) and kind = 'cancellation' and wake_at is not null`
  return open.map(({ id }) => id)
}
