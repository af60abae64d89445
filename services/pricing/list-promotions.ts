import { decodeCursor, pageOf } from '@rialto/kit/paging'
import type { Handler } from '@rialto/kit/service'
import type { pricing } from './contract.ts'
import { pagePromotions } from './promotion-store.ts'

export const listPromotions: Handler<typeof pricing.listPromotions> = async (
  { after, limit = 20 },
  { database },
) => {
  const before = after === undefined ? null : decodeCursor(after, ['text'])[0]
  const rows = await pagePromotions(database, before, limit + 1)
  return pageOf(rows, limit, ({ id }) => [id])
}
