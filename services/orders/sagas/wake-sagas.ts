import { schedule } from '@rialto/kit/outbox'
import type { Context } from '@rialto/kit/service'
import { wakeDue } from '../checkout-store.ts'
import { resumeCheckout, resumeSaga } from '../jobs.ts'
import type { Own } from '../own.ts'
import { wakeDueSagas } from './saga-store.ts'
import { isStuck } from './show-saga.ts'

/**
 * The watchdog: resumes every checkout, cancellation and refund whose alarm has rung. An alarm is a column of the
 * row itself, set in the statement that writes it: a watchdog for each that costs nothing where all goes well.
 */
export async function wakeSagas(context: Context<Own>): Promise<void> {
  while ((await wakeSome(context)) > 0);
}

async function wakeSome({ database, log, now, own }: Context<Own>): Promise<number> {
  const at = now()
  const due = await database.transaction(async (tx) => {
    const [checkouts, sagas] = await Promise.all([wakeDue(tx, at), wakeDueSagas(tx, at)])
    for (const { id: checkoutId, resumes } of checkouts) {
      schedule(tx, resumeCheckout, { checkoutId }, { id: `resume-checkout:${checkoutId}:${resumes}` })
    }
    for (const { id: sagaId, resumes } of sagas) {
      schedule(tx, resumeSaga, { sagaId }, { id: `resume-saga:${sagaId}:${resumes}` })
    }
    return [...checkouts, ...sagas]
  })
  for (const { id, step, waitsFor, since } of due) {
    if (isStuck({ step, waitsFor, since }, at, own.stuckAfterMs)) {
      log.error({ saga: id, step, waitsFor, since }, 'a saga needs a person: npm run sagas -- show it')
    }
  }
  return due.length
}
