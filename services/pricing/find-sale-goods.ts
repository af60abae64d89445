import type { Handler } from '@rialto/kit/service'
import type { pricing } from './contract.ts'
import { saleGoodsOf } from './waiting-room-store.ts'

export const findSaleGoods: Handler<typeof pricing.findSaleGoods> = async (
  { variantIds },
  { database, now },
) => ({ variantIds: await saleGoodsOf(database.quick, variantIds, now()) })
