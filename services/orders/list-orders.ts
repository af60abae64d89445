import { decodeCursor, pageOf } from '@rialto/kit/paging'
import type { Handler } from '@rialto/kit/service'
import type { orders } from './contract.ts'
import { listRows } from './order-store.ts'
import type { Own } from './own.ts'

export const listOrders: Handler<typeof orders.listOrders, Own> = async (
  { after, limit = 20, status, email },
  { database, whose },
) => {
  const behind = after === undefined ? undefined : positionOf(after)
  const rows = await listRows(database, { whose, status, email, after: behind, limit })
  return pageOf(rows, limit, ({ placedAt, id }) => [placedAt, id])
}

function positionOf(after: string) {
  const [placedAt, id] = decodeCursor(after, 2).map(String)
  const time = Date.parse(placedAt ?? '')
  // A cursor that was tampered with starts where nothing is.
  return { placedAt: new Date(Number.isNaN(time) ? 0 : time).toISOString(), id: id ?? '' }
}
