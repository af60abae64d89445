import { decodeCursor, pageOf } from '@rialto/kit/paging'
import type { Handler } from '@rialto/kit/service'
import type { orders } from './contract.ts'
import { normalNumber } from './order-number.ts'
import { listRows } from './order-store.ts'
import type { Own } from './own.ts'

export const listOrders: Handler<typeof orders.listOrders, Own> = async (
  { after, limit = 20, number, ...filter },
  { database, whose },
) => {
  const [placedAt = '', id = ''] = after === undefined ? [] : decodeCursor(after, ['instant', 'text'])
  const behind = after === undefined ? undefined : { placedAt, id }
  const rows = await listRows(database, {
    ...filter,
    whose,
    number: number && normalNumber(number),
    after: behind,
    limit,
  })
  return pageOf(rows, limit, ({ placedAt, id }) => [placedAt, id])
}
