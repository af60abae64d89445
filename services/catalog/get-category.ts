import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { categoriesWithCounts } from './category-store.ts'
import type { catalog } from './contract.ts'

export const getCategory: Handler<typeof catalog.getCategory> = async ({ id }, { database, now }) => {
  const all = await categoriesWithCounts(database, now())
  const found = all.find((category) => category.id === id || category.handle === id.normalize('NFC'))
  if (!found) throw notFound('There is no such category.')
  return found
}
