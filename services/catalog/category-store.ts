import { isUniqueViolation, type Queries, type Tx } from '@rialto/kit/database'
import { conflict } from '@rialto/kit/problem'
import type { Category } from './contract.ts'

export interface KeptCategory {
  readonly id: string
  readonly parentId: string | null
  readonly name: string
  readonly handle: string
  readonly position: number
  /** Ids from the root to the category itself. */
  readonly path: readonly string[]
  readonly version: number
}

/** At most this many categories; they are read whole. */
export const categoriesLimit = 5_000

/** All categories, parents before children. */
export function allCategories(queries: Queries): Promise<KeptCategory[]> {
  return queries.rows<KeptCategory>`
    select * from categories order by cardinality(path), position, name, id limit ${categoriesLimit}`
}

/** Keeps others from changing the tree until the commit. */
export async function lockTree(tx: Tx): Promise<void> {
  await tx.run`select pg_advisory_xact_lock(7262002)`
}

/** All categories with the number of products for sale in and below each, and the picture of one of them. */
export async function categoriesWithCounts(queries: Queries, now: Date): Promise<Category[]> {
  const rows = await queries.rows<KeptCategory & { productCount: number; imageUrl: string | null }>`
    with placed as (
      select p.id, p.created_at, p.media->0->>'url' as url, unnest(p.category_ids) as category_id
      from products p where p.status = 'active' and (p.publish_at is null or p.publish_at <= ${now})),
    counted as (
      select above.id, count(distinct placed.id) as products, (array_agg(placed.url order by placed.created_at, placed.id))[1] as url
      from placed join categories c on c.id = placed.category_id
      cross join lateral unnest(c.path) as above(id) group by above.id)
    select c.*, coalesce(n.products, 0)::integer as product_count, n.url as image_url
    from categories c left join counted n on n.id = c.id
    order by cardinality(c.path), c.position, c.name, c.id limit ${categoriesLimit}`
  return rows.map(({ parentId, path: _, imageUrl, ...row }) => ({
    ...row,
    parentId: parentId ?? undefined,
    imageUrl: imageUrl ?? undefined,
  }))
}

export async function insertCategories(tx: Tx, categories: readonly KeptCategory[]): Promise<void> {
  for (const { id, parentId, name, handle, position, path, version } of categories) {
    await tx.run`insert into categories (id, parent_id, name, handle, position, path, version)
        values (${id}, ${parentId}, ${name}, ${handle}, ${position}, ${path}, ${version})`.catch(taken)
  }
}

export async function saveCategories(tx: Tx, categories: readonly KeptCategory[]): Promise<void> {
  for (const { id, parentId, name, handle, position, path, version } of categories) {
    await tx.run`update categories set parent_id = ${parentId}, name = ${name}, handle = ${handle}, position = ${position},
      path = ${path}, version = ${version} where id = ${id}`.catch(taken)
  }
}

export async function deleteCategory(tx: Tx, id: string): Promise<void> {
  await tx.run`delete from categories where id = ${id}`
}

export async function hasProducts(tx: Tx, id: string): Promise<boolean> {
  return (await tx.row`select 1 from products where category_ids @> array[${id}::text] limit 1`) !== undefined
}

function taken(error: unknown): never {
  if (isUniqueViolation(error, 'categories_handle'))
    throw conflict('Another category has this handle. Choose another one.')
  throw error
}
