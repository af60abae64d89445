import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { catalog } from './contract.ts'
import { findVariant } from './product-store.ts'

export const getVariant: Handler<typeof catalog.getVariant> = async ({ id }, { database }) => {
  const variant = await findVariant(database, id)
  if (!variant) throw notFound('There is no such variant.')
  return variant
}
