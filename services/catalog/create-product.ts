import type { WriteHandler } from '@rialto/kit/service'
import { commitProduct } from './change-product.ts'
import type { catalog } from './contract.ts'
import type { Own } from './own.ts'
import { demandCurrency, createProduct as make, pricesOf } from './product.ts'

export const createProduct: WriteHandler<typeof catalog.createProduct, Own> = async (
  input,
  { tx, now, newId, own },
) => {
  const prices = input.variants.map((variant, index) => pricesOf(variant, `variants.${index}.`))
  demandCurrency(Object.assign({}, ...prices), own.currency)
  return commitProduct(tx, make(input, { now: now(), newId }))
}
