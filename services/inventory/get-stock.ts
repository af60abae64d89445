import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { inventory } from './contract.ts'
import { readStock } from './stock-store.ts'

export const getStock: Handler<typeof inventory.getStock> = async ({ variantId }, { database }) => {
  const stock = await readStock(database, variantId)
  if (!stock) throw notFound('There is no stock record for this variant.')
  return stock
}
