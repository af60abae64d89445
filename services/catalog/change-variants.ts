import { conflict, notFound } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import { commitProduct, lockProduct } from './change-product.ts'
import type { catalog, Product, Variant } from './contract.ts'
import { demandCurrency } from './currency.ts'
import type { Own } from './own.ts'
import { addVariant as add, changeVariant, dropVariant } from './product.ts'
import { findProductIdOfVariant } from './product-store.ts'

export const variantsLimit = 2_000

export const addVariant: WriteHandler<typeof catalog.addVariant, Own> = async (
  { id, ...input },
  { tx, now, newId, own },
) => {
  demandCurrency({ '': input }, own.currency)
  const product = await lockProduct(tx, id)
  if (product.variants.length >= variantsLimit)
    throw conflict(`A product has at most ${variantsLimit} variants.`)
  const changed = add(product, input, { now: now(), newId })
  return variantIn(await commitProduct(tx, changed), changed.variants.at(-1)?.id)
}

export const updateVariant: WriteHandler<typeof catalog.updateVariant, Own> = async (
  { id, ...change },
  { tx, now, own, expectedVersion },
) => {
  demandCurrency({ '': change }, own.currency)
  const product = await lockProduct(tx, await findProductIdOfVariant(tx, id), expectedVersion)
  return variantIn(await commitProduct(tx, changeVariant(product, id, change, now())), id)
}

export const removeVariant: WriteHandler<typeof catalog.removeVariant> = async (
  { id },
  { tx, now, expectedVersion },
) => {
  const product = await lockProduct(tx, await findProductIdOfVariant(tx, id), expectedVersion)
  if (product.variants.length === 1)
    throw conflict('A product keeps at least one variant. Remove the product instead.')
  await commitProduct(tx, dropVariant(product, id, now()))
  return null
}

function variantIn({ variants }: Product, id: string | undefined): Variant {
  const variant = variants.find((candidate) => candidate.id === id)
  if (!variant) throw notFound('There is no such variant.')
  return variant
}
