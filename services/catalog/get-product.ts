import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { byId } from './category.ts'
import { categoriesAbove } from './category-store.ts'
import type { catalog } from './contract.ts'
import { isForSale, publicProduct } from './product.ts'
import { findIdByHandle, findProducts } from './product-store.ts'

export const getProduct: Handler<typeof catalog.getProduct> = async ({ id }, { whose, database, now }) => {
  const named = async () => {
    const found = await findIdByHandle(database, id.normalize('NFC').toLowerCase())
    return found === undefined ? [] : findProducts(database, [found])
  }
  const byItsId = id.startsWith('prod_') ? await findProducts(database, [id]) : []
  const [product] = byItsId.length > 0 ? byItsId : await named()
  if (!product || !(whose === 'everyone' || isForSale(product, now())))
    throw notFound('There is no such product.')
  return publicProduct(product, byId(await categoriesAbove(database, product.categoryIds)))
}
