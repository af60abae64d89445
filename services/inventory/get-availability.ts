import type { Handler } from '@rialto/kit/service'
import type { inventory } from './contract.ts'
import type { Own } from './own.ts'
import { availabilityOf } from './stock.ts'

export const getAvailability: Handler<typeof inventory.getAvailability, Own> = async (
  { variantIds },
  { own },
) => {
  const known = await own.balancesOf(variantIds)
  const balances = new Map(known.map((balance) => [balance.variantId, balance]))
  return { items: variantIds.map((variantId) => availabilityOf(variantId, balances.get(variantId))) }
}
