import { type Queries, type Sql, sql } from '@rialto/kit/database'
import type { SagaActionName, SagaStep, Saga as Shown, WaitsFor } from '../saga-schemas.ts'

// Checkouts, cancellations and refunds in one shape. Their ids end alike, in a time-ordered part that sorts them.

export interface SagaRow {
  readonly id: string
  readonly kind: Shown['kind']
  readonly checkoutId: string
  readonly orderId: string | null
  readonly amount: number
  readonly currency: string
  readonly step: string
  readonly steps: readonly SagaStep[]
  readonly waitsFor: WaitsFor | null
  /** Null for what ended before this was noted. */
  readonly since: string | null
  readonly resumes: number
  readonly wakeAt: string | null
  /** Why it failed, in plain words. */
  readonly failure: string | null
  readonly startedAt: string
}

const checkoutColumns = sql`
  id, 'checkout' as kind, id as checkout_id, order_id, (draft->>'total')::bigint as amount,
  draft->>'currency' as currency, step, steps, waits_for, since, resumes, wake_at,
  failure->>'detail' as failure, created_at as started_at`
const sagaColumns = sql`
  id, kind, checkout_id, order_id, amount, currency, step, steps, waits_for, since, resumes, wake_at, failure,
  created_at as started_at`

export interface SagaListing {
  readonly kind?: Shown['kind']
  readonly state?: Shown['state']
  /** The time-ordered part of the last id seen. */
  readonly after?: string
  readonly limit: number
  /** What came to its step before is stuck. */
  readonly stuckBefore: Date
}

/** Newest first, one more than `limit`. */
export function listSagaRows(queries: Queries, listing: SagaListing): Promise<SagaRow[]> {
  const { kind, state, after, limit, stuckBefore } = listing
  const inState = state ? conditions(stuckBefore)[state] : sql`true`
  const checkouts = sql`
    select ${checkoutColumns} from checkouts
    where ${inState} and ${after ? sql`id < ${`chk_${after}`}` : sql`true`}
    order by id desc limit ${limit + 1}`
  const sagas = sql`
    select ${sagaColumns} from sagas
    where ${inState} and ${kind ? sql`kind = ${kind}` : sql`true`}
      and ${after ? sql`substr(id, 5) < ${after}` : sql`true`}
    order by substr(id, 5) desc limit ${limit + 1}`
  if (kind === 'checkout') return queries.rows<SagaRow>`${checkouts}`
  if (kind) return queries.rows<SagaRow>`${sagas}`
  return queries.rows<SagaRow>`
    select * from ((${checkouts}) union all (${sagas})) s order by substr(id, 5) desc limit ${limit + 1}`
}

export async function findSagaRow(queries: Queries, id: string): Promise<SagaRow | undefined> {
  return id.startsWith('chk_')
    ? queries.row<SagaRow>`select ${checkoutColumns} from checkouts where id = ${id}`
    : queries.row<SagaRow>`select ${sagaColumns} from sagas where id = ${id}`
}

function conditions(stuckBefore: Date): { readonly [State in Shown['state']]: Sql } {
  const open = sql`wake_at is not null`
  const stuck = sql`${open} and step <> 'act' and (waits_for = 'person' or since <= ${stuckBefore})`
  const inTime = sql`${open} and (step = 'act' or since > ${stuckBefore})`
  return {
    running: sql`${inTime} and waits_for is null`,
    waiting: sql`${inTime} and waits_for <> 'person'`,
    stuck: sql`(${stuck})`,
    done: sql`wake_at is null and step <> 'failed'`,
    failed: sql`step = 'failed'`,
  }
}

export interface SagaActionRow {
  readonly id: string
  readonly action: SagaActionName
  readonly by: string
  readonly at: string
  readonly outcome: 'approved' | 'declined' | null
  readonly note: string | null
  readonly stepBefore: string
  readonly stepAfter: string | null
}

const actionsLimit = 100

export function listActions(queries: Queries, sagaId: string): Promise<SagaActionRow[]> {
  return queries.rows<SagaActionRow>`
    select id, action, done_by as by, at, outcome, note, step_before, step_after from saga_actions
    where saga_id = ${sagaId} order by id limit ${actionsLimit}`
}

export async function noteAction(
  queries: Queries,
  sagaId: string,
  { id, action, by, at, outcome, note, stepBefore, stepAfter }: SagaActionRow,
): Promise<void> {
  await queries.run`
    insert into saga_actions (id, saga_id, action, done_by, at, outcome, note, step_before, step_after)
    values (${id}, ${sagaId}, ${action}, ${by}, ${at}, ${outcome}, ${note}, ${stepBefore}, ${stepAfter})`
}

export async function noteStepAfter(queries: Queries, id: string, step: string): Promise<void> {
  await queries.run`update saga_actions set step_after = ${step} where id = ${id}`
}
