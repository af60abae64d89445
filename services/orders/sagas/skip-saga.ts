import { is } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { nothingInDoubt, payments } from '@rialto/payments/contract'
import type { orders } from '../contract.ts'
import type { Own } from '../own.ts'
import { actOnSaga, refused } from './act-on-saga.ts'
import type { SagaRow } from './saga-list-store.ts'

/** Payments takes a person's word for what the gateway leaves open; then the saga goes on from that. */
export const skipSaga: Handler<typeof orders.skipSaga, Own> = async ({ id, outcome, note }, context) => {
  const { actor, call } = context
  const decidedBy = 'id' in actor ? actor.id : actor.kind
  const ask = async (row: SagaRow) => {
    const { checkoutId, kind } = row
    const word = { checkoutId, outcome, decidedBy, note, ...(kind === 'refund' && { refundId: id }) }
    try {
      await call(payments.decidePayment, word)
    } catch (error) {
      throw is(error, nothingInDoubt) ? refused(row, context, error.message) : error
    }
  }
  return actOnSaga(id, { action: 'skip', outcome, note, ask }, context)
}
