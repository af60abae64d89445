import { decodeCursor, pageOf } from '@rialto/kit/paging'
import type { Handler } from '@rialto/kit/service'
import type { orders } from '../contract.ts'
import type { Own } from '../own.ts'
import { listSagaRows } from './saga-list-store.ts'
import { showSaga } from './show-saga.ts'

export const listSagas: Handler<typeof orders.listSagas, Own> = async (
  { kind, state, after, limit = 20 },
  { database, now, own },
) => {
  const at = now()
  const { stuckAfterMs } = own
  const stuckBefore = new Date(at.getTime() - stuckAfterMs)
  const last = after === undefined ? undefined : decodeCursor(after, ['text'])[0]
  const rows = await listSagaRows(database, { kind, state, after: last, limit, stuckBefore })
  const items = rows.map((row) => showSaga(row, at, stuckAfterMs))
  return pageOf(items, limit, ({ id }) => [id.slice('chk_'.length)])
}
