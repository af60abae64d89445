import type { Handler } from '@rialto/kit/service'
import type { inventory } from './contract.ts'
import { availabilityOf } from './stock.ts'
import { readBalances } from './stock-store.ts'

export const getAvailability: Handler<typeof inventory.getAvailability> = async (
  { variantIds },
  { database },
) => {
  const balances = await readBalances(database.quick, variantIds)
  return { items: variantIds.map((variantId) => availabilityOf(variantId, balances.get(variantId))) }
}
