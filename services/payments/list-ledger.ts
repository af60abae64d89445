import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { payments } from './contract.ts'
import { listEntries, readPayment } from './payment-store.ts'

export const listLedger: Handler<typeof payments.listLedger> = async ({ id }, { database }) => {
  const [payment, items] = await Promise.all([readPayment(database, id), listEntries(database, id)])
  if (!payment) throw notFound('There is no such payment.')
  return { items }
}
