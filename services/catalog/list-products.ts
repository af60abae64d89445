import { pageOf } from '@rialto/kit/paging'
import type { Handler } from '@rialto/kit/service'
import { byId } from './category.ts'
import { categoriesAbove } from './category-store.ts'
import type { catalog } from './contract.ts'
import { publicProduct } from './product.ts'
import { listProducts as list } from './product-store.ts'

export const listProducts: Handler<typeof catalog.listProducts> = async (input, { whose, database, now }) => {
  const { limit = 20, ...filter } = input
  // What is not for sale is not there for shoppers, also when they ask for it.
  if (whose !== 'everyone' && (filter.status ?? 'active') !== 'active') return { items: [] }
  const shoppers = whose === 'everyone' ? {} : { status: 'active', publishedAt: now() }
  const rows = await list(database, { ...filter, ...shoppers, limit })
  const categories = await categoriesAbove(
    database,
    rows.flatMap(({ categoryIds }) => categoryIds),
  )
  const all = byId(categories)
  const page = pageOf(rows, limit, ({ createdAt, id }) => [createdAt, id])
  return { ...page, items: page.items.map((product) => publicProduct(product, all)) }
}
