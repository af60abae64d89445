import { decodeCursor, pageOf } from '@rialto/kit/paging'
import type { Handler } from '@rialto/kit/service'
import type { payments } from './contract.ts'
import { listPaymentRows } from './payment-store.ts'
import { view } from './payment-view.ts'

export const listPayments: Handler<typeof payments.listPayments> = async (
  { checkoutId, status, after, limit = 20 },
  { database },
) => {
  const last = after === undefined ? undefined : decodeCursor(after, ['text'])[0]
  const rows = await listPaymentRows(database, { checkoutId, status, after: last, limit })
  return pageOf(rows.map(view), limit, ({ id }) => [id])
}
