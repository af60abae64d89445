import type { Database } from '@rialto/kit/database'
import { schedule } from '@rialto/kit/outbox'
import type { Context } from '@rialto/kit/service'
import { wakeDue } from './checkout-store.ts'
import { resumeCheckout, wakeCheckouts as wakeJob } from './jobs.ts'

const stepMs = 10_000

/**
 * Resumes every checkout whose alarm has rung. An alarm is a column of the checkout itself, set in the statement
 * that writes it: a watchdog for each that costs nothing where all goes well.
 */
export async function wakeCheckouts(_message: unknown, context: Context<unknown>): Promise<void> {
  const { database, now } = context
  // First of all the next look, so that whatever happens in this one, the watchdog does not fall asleep.
  await watchCheckouts(context)
  while ((await wakeSome(database, now())) > 0);
}

/** Sees to it that there is a next look. Looks of all replicas fall on the same steps of time, hence are one. */
export async function watchCheckouts({
  database,
  now,
}: Pick<Context<unknown>, 'database' | 'now'>): Promise<void> {
  const at = new Date(Math.ceil((now().getTime() + 1) / stepMs) * stepMs)
  const id = `wake-checkouts:${at.toISOString()}`
  await database.transaction(async (tx) => schedule(tx, wakeJob, {}, { at, id }))
}

function wakeSome(database: Database, now: Date): Promise<number> {
  return database.transaction(async (tx) => {
    const due = await wakeDue(tx, now)
    for (const { id: checkoutId, resumes } of due) {
      schedule(tx, resumeCheckout, { checkoutId }, { id: `resume-checkout:${checkoutId}:${resumes}` })
    }
    return due.length
  })
}
