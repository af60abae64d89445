import type { Tx } from '@rialto/kit/database'
import type { Handler } from '@rialto/kit/service'
import { giveUp, isFinal } from '../checkout-steps.ts'
import { readCheckout, saveProgress } from '../checkout-store.ts'
import { checkoutGivenUp, type orders } from '../contract.ts'
import { failureOf } from '../failure.ts'
import type { Own } from '../own.ts'
import { actOnSaga, refused } from './act-on-saga.ts'
import type { SagaRow } from './saga-list-store.ts'

/** Gives up a checkout that is no order yet. One that becomes an order at this very moment stays one. */
export const compensateSaga: Handler<typeof orders.compensateSaga, Own> = async ({ id, note }, context) => {
  const { now, whose } = context
  const change = async (tx: Tx, row: SagaRow) => {
    const found = await readCheckout(tx, whose, id)
    const failure = failureOf(checkoutGivenUp('The shop has given this checkout up. Nothing is charged.'))
    const open = found && !isFinal(found.step) && found.step !== 'undo'
    const given = open && (await saveProgress(tx, giveUp(found, failure, now())))
    if (!given) throw refused(row, context, 'It has just moved on. Look at it again.')
  }
  return actOnSaga(id, { action: 'compensate', note, change }, context)
}
