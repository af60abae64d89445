import { decodeCursor, pageOf } from '@rialto/kit/paging'
import type { Handler } from '@rialto/kit/service'
import type { pricing } from './contract.ts'
import { pagePromotions } from './promotion-store.ts'

export const listPromotions: Handler<typeof pricing.listPromotions> = async (
  { after, limit = 20, coupon },
  { database },
) => {
  const before = after === undefined ? null : decodeCursor(after, ['text'])[0]
  const rows = await pagePromotions(database, { before, coupon, limit: limit + 1 })
  return pageOf(rows, limit, ({ id }) => [id])
}
