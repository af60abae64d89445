import { emit } from '@rialto/kit/outbox'
import type { WriteHandler } from '@rialto/kit/service'
import { lockProduct } from './change-product.ts'
import { type catalog, productRemoved } from './contract.ts'
import { removeProduct as remove } from './product-store.ts'

export const removeProduct: WriteHandler<typeof catalog.removeProduct> = async (
  { id },
  { tx, expectedVersion },
) => {
  const { variants, version } = await lockProduct(tx, id, expectedVersion)
  await remove(tx, id)
  emit(
    tx,
    productRemoved,
    { id, variantIds: variants.map((variant) => variant.id) },
    { id, version: version + 1 },
  )
  return null
}
