import { isUniqueViolation, type Queries, type Tx } from '@rialto/kit/database'
import { conflict } from '@rialto/kit/problem'

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

/** The categories of products and all above them. */
export function categoriesAbove(queries: Queries, ids: readonly string[]): Promise<KeptCategory[]> {
  return queries.rows<KeptCategory>`
    select * from categories where id = any(array(
      select unnest(path) from categories where id = any(${ids})))`
}

export interface CategoryCount {
  readonly id: string
  readonly products: number
  /** Picture of its oldest product. */
  readonly url: string | null
}

/** How many products are for sale in and below each category. Reads all products, so its answer is kept. */
export function countProducts(queries: Queries, now: Date): Promise<CategoryCount[]> {
  return queries.rows<CategoryCount>`
    with placed as (
      select p.id, p.created_at, p.media->0->>'url' as url, unnest(p.category_ids) as category_id
      from products p where p.status = 'active' and (p.publish_at is null or p.publish_at <= ${now}))
    select above.id, count(distinct placed.id)::integer as products,
      (array_agg(placed.url order by placed.created_at, placed.id))[1] as url
    from placed join categories c on c.id = placed.category_id
    cross join lateral unnest(c.path) as above(id) group by above.id`
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
