import type { Handler } from '@rialto/kit/service'
import type { catalog } from './contract.ts'
import { findVariantsForSale } from './product-store.ts'

export const getVariantsForSale: Handler<typeof catalog.getVariantsForSale> = async (
  { ids },
  { database, now },
) => ({
  items: await findVariantsForSale(database.quick, ids, now()),
})
