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
  /** Picture of its oldest product, by the ids, which sort by age. */
  readonly url: string | null
}

/**
 * How many products are for sale in and below each category. Reads all products, so its answer is kept. Those in the same
 * categories are counted together, before they count for the categories above.
 */
export function countProducts(queries: Queries, now: Date): Promise<CategoryCount[]> {
  return queries.rows<CategoryCount>`
    with together as (
      select category_ids, count(*) as products, min(id) as oldest from products
      where status = 'active' and (publish_at is null or publish_at <= ${now}) group by category_ids),
    counted as (
      select above.id, sum(products)::integer as products, min(oldest) as oldest
      from together cross join lateral (
        select distinct unnest(path) as id from categories where id = any(category_ids)) as above
      group by above.id)
    select counted.id, counted.products, p.media->0->>'url' as url
    from counted join products p on p.id = counted.oldest`
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
