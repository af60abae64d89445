import { decodeCursor, pageOf } from '@rialto/kit/paging'
import type { Handler } from '@rialto/kit/service'
import type { inventory } from './contract.ts'
import { listMovementRows } from './stock-store.ts'

export const listMovements: Handler<typeof inventory.listMovements> = async (
  { variantId, after, limit = 20 },
  { database },
) => {
  const last = after === undefined ? undefined : decodeCursor(after, ['text'])[0]
  const rows = await listMovementRows(database, variantId, { after: last, limit })
  return pageOf(rows, limit, ({ id }) => [id])
}
