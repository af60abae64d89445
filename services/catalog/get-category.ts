import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { catalog } from './contract.ts'
import { countedCategories } from './list-categories.ts'
import type { Own } from './own.ts'

export const getCategory: Handler<typeof catalog.getCategory, Own> = async ({ id }, { database, own }) => {
  const all = await countedCategories(database, own)
  const found = all.find((category) => category.id === id || category.handle === id.normalize('NFC'))
  if (!found) throw notFound('There is no such category.')
  return found
}
