import type { WriteHandler } from '@rialto/kit/service'
import { commitProduct } from './change-product.ts'
import type { catalog } from './contract.ts'
import { createProduct as make } from './product.ts'

export const createProduct: WriteHandler<typeof catalog.createProduct> = async (input, { tx, now, newId }) =>
  commitProduct(tx, make(input, { now: now(), newId }))
