import { notFound } from '@rialto/kit/problem'
import type { Context, Handler } from '@rialto/kit/service'
import type { orders } from '../contract.ts'
import type { Own } from '../own.ts'
import type { SagaDetails } from '../saga-schemas.ts'
import { findSagaRow, listActions, type SagaRow } from './saga-list-store.ts'
import { showDetails } from './show-saga.ts'

export const getSaga: Handler<typeof orders.getSaga, Own> = async ({ id }, context) =>
  readDetails(id, context)

export async function readDetails(id: string, context: Context<Own>): Promise<SagaDetails> {
  const { database, now, own } = context
  const [row, actions] = await Promise.all([demandSaga(id, context), listActions(database, id)])
  return showDetails({ ...row, actions }, now(), own.stuckAfterMs)
}

export async function demandSaga(id: string, { database }: Pick<Context, 'database'>): Promise<SagaRow> {
  const row = await findSagaRow(database, id)
  if (!row) throw notFound('There is no such checkout, cancellation or refund.')
  return row
}
