import { type Category, catalog } from '@rialto/catalog/contract'
import type { Static } from '@rialto/kit/schema'

export type CategoryInfo = Static<typeof Category>

/** Departments: the categories without a parent that have something for sale. */
export function departments(all: readonly CategoryInfo[]): CategoryInfo[] {
  return all.filter(({ parentId, productCount }) => parentId === undefined && productCount > 0)
}

export function childrenOf(all: readonly CategoryInfo[], id: string): CategoryInfo[] {
  return all.filter(({ parentId, productCount }) => parentId === id && productCount > 0)
}

/** The way from the root to the category, itself included. */
export function pathTo(all: readonly CategoryInfo[], category: CategoryInfo): CategoryInfo[] {
  const byId = new Map(all.map((one) => [one.id, one]))
  const path = [category]
  // As long as there are categories at most, so that a ring of parents would end too.
  while (path.length <= all.length) {
    const parent = byId.get(path[0]?.parentId ?? '')
    if (!parent) break
    path.unshift(parent)
  }
  return path
}

export async function readCategories({ call }: App.Locals): Promise<CategoryInfo[]> {
  const { items } = await call(catalog.listCategories, {})
  return items
}

/** While catalog is away search still knows what is in a category; its name is read off its address. */
export function categoryByName(handle: string): CategoryInfo {
  const words = handle.replaceAll('-', ' ')
  const name = words.charAt(0).toUpperCase() + words.slice(1)
  return { id: '', handle, name, position: 0, productCount: 0, version: 1 }
}
