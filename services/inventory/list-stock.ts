import { decodeCursor, pageOf } from '@rialto/kit/paging'
import type { Handler } from '@rialto/kit/service'
import type { inventory } from './contract.ts'
import { listStockRows } from './stock-store.ts'

export const listStock: Handler<typeof inventory.listStock> = async (
  { after, limit = 20, ...filter },
  { database },
) => {
  const last = after === undefined ? undefined : decodeCursor(after, ['text'])[0]
  const rows = await listStockRows(database, { ...filter, after: last, limit })
  return pageOf(rows, limit, ({ variantId }) => [variantId])
}
