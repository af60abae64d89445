import type { WriteHandler } from '@rialto/kit/service'
import { commitProduct } from './change-product.ts'
import type { catalog } from './contract.ts'
import { demandCurrency } from './currency.ts'
import type { Own } from './own.ts'
import { createProduct as make } from './product.ts'

export const createProduct: WriteHandler<typeof catalog.createProduct, Own> = async (
  input,
  { tx, now, newId, own },
) => {
  const variants = input.variants.map((variant, index) => [`variants.${index}.`, variant] as const)
  demandCurrency(Object.fromEntries(variants), own.currency)
  return commitProduct(tx, make(input, { now: now(), newId }))
}
