import type { Handler } from '@rialto/kit/service'
import type { orders } from '../contract.ts'
import type { Own } from '../own.ts'
import { actOnSaga } from './act-on-saga.ts'

/** Every request to a peer may be repeated, so trying again is always safe. */
export const retrySaga: Handler<typeof orders.retrySaga, Own> = async ({ id, note }, context) =>
  actOnSaga(id, { action: 'retry', note }, context)
