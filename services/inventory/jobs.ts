import type { Tx } from '@rialto/kit/database'
import { job } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import { Type } from '@rialto/kit/schema'

export const expireReservations = job('expire-reservations', Type.Object({}))

/** Reservations that end within the same ten seconds share one job, however many they are. */
export const expiryStepMs = 10_000

/** Schedules the job that ends a reservation, at the first step that surely lies behind this transaction. */
export function scheduleExpiry(tx: Tx, expiresAt: Date, now: Date): void {
  const earliest = Math.max(expiresAt.getTime(), now.getTime() + expiryStepMs / 2)
  const at = Math.ceil(earliest / expiryStepMs) * expiryStepMs
  const known = scheduled.get(tx.pool)
  if (known?.has(at)) return
  const id = `expire-reservations:${new Date(at).toISOString()}`
  schedule(tx, expireReservations, {}, { at: new Date(at), id })
  tx.afterCommit(() => remember(tx.pool, at, now.getTime()))
}

/** Steps whose job is known to be there, by database: saves a statement for nearly every reservation. */
const scheduled = new WeakMap<Tx['pool'], Set<number>>()

function remember(pool: Tx['pool'], at: number, now: number): void {
  const steps = scheduled.get(pool) ?? new Set()
  for (const step of steps) if (step <= now) steps.delete(step)
  scheduled.set(pool, steps.add(at))
}
