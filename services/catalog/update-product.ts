import type { WriteHandler } from '@rialto/kit/service'
import { commitProduct, lockProduct } from './change-product.ts'
import type { catalog } from './contract.ts'
import { changeProduct } from './product.ts'

export const updateProduct: WriteHandler<typeof catalog.updateProduct> = async (
  { id, ...change },
  { tx, now, expectedVersion },
) => {
  const product = await lockProduct(tx, id, expectedVersion)
  return commitProduct(tx, changeProduct(product, change, now()))
}
