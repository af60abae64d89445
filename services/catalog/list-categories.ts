import type { Handler } from '@rialto/kit/service'
import { categoriesWithCounts } from './category-store.ts'
import type { catalog } from './contract.ts'

export const listCategories: Handler<typeof catalog.listCategories> = async (_, { database, now }) => ({
  items: await categoriesWithCounts(database, now()),
})
