import type { Database } from '@rialto/kit/database'
import type { Handler } from '@rialto/kit/service'
import { allCategories } from './category-store.ts'
import type { Category, catalog } from './contract.ts'
import type { Own } from './own.ts'

export const listCategories: Handler<typeof catalog.listCategories, Own> = async (_, { database, own }) => ({
  items: await countedCategories(database, own),
})

/** All categories with the number of products for sale in and below each, and the picture of one of them. */
export async function countedCategories(database: Database, { counts }: Own): Promise<Category[]> {
  const [categories, counted] = await Promise.all([allCategories(database), counts()])
  const countOf = new Map(counted.map((count) => [count.id, count]))
  return categories.map(({ parentId, path: _, ...category }) => {
    const { products = 0, url } = countOf.get(category.id) ?? {}
    return {
      ...category,
      productCount: products,
      parentId: parentId ?? undefined,
      imageUrl: url ?? undefined,
    }
  })
}
