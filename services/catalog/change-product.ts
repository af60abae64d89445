import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import { invalidInput, notFound, versionConflict } from '@rialto/kit/problem'
import { byId } from './category.ts'
import { allCategories } from './category-store.ts'
import { type Product, productChanged } from './contract.ts'
import { publicProduct } from './product.ts'
import { findProducts, type KeptProduct, saveProducts } from './product-store.ts'

/** Reads a product for a change, so that nobody else changes it meanwhile. */
export async function lockProduct(
  tx: Tx,
  id: string | undefined,
  expectedVersion?: number,
): Promise<KeptProduct> {
  const [product] = id === undefined ? [] : await findProducts(tx, [id], true)
  if (!product) throw notFound('There is no such product.')
  if (expectedVersion !== undefined && expectedVersion !== product.version) {
    const currentVersion = product.version
    throw versionConflict(
      'Somebody else changed the product meanwhile. Read it again and repeat the change.',
      { currentVersion },
    )
  }
  return product
}

/** Writes a changed product and says so. */
export async function commitProduct(tx: Tx, product: KeptProduct): Promise<Product> {
  const all = byId(await allCategories(tx))
  const unknown = product.categoryIds.find((id) => !all.has(id))
  if (unknown !== undefined) {
    const errors = [{ field: 'categoryIds', message: `${unknown} is no category` }]
    throw invalidInput(`categoryIds: ${unknown} is no category.`, { errors })
  }
  await saveProducts(tx, [product])
  const shown = publicProduct(product, all)
  emit(tx, productChanged, shown, { id: product.id, version: product.version })
  return shown
}
