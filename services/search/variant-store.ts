import type { Availability } from '@rialto/inventory/contract'
import { json, type Queries, type Tx } from '@rialto/kit/database'

export interface HeardStock {
  readonly variantId: string
  readonly state: Availability['state']
  /** Of the stock; a lower one that comes later is ignored. */
  readonly version: number
}

export interface Sale {
  readonly variantId: string
  readonly quantity: number
}

/**
 * Notes the variants' states, whether or not their products are known yet, and shows them in the products.
 * Tells how many products look different by it.
 */
export async function saveStock(tx: Tx, stock: readonly HeardStock[]): Promise<number> {
  if (stock.length === 0) return 0
  const changed = await tx.rows<{ productId: string | null }>`
    insert into variants (variant_id, state, stock_version)
    select "variantId", "state", "version"
    from jsonb_to_recordset(${json(stock)}) as s("variantId" text, "state" text, "version" bigint)
    on conflict (variant_id) do update set state = excluded.state, stock_version = excluded.stock_version
      where variants.stock_version is null or variants.stock_version <= excluded.stock_version
    returning product_id`
  return refreshProducts(tx, changed)
}

/** Those of the variants whose stock was never heard of. */
export async function findUnstocked(queries: Queries, variantIds: readonly string[]): Promise<string[]> {
  const rows = await queries.rows<{ id: string }>`
    select id from unnest(${variantIds}::text[]) as v(id)
    where not exists (select from variants where variant_id = id and stock_version is not null)`
  return rows.map(({ id }) => id)
}

/** Notes what was sold; it counts once `countSales` has run. Waits for nobody. */
export async function noteSales(tx: Tx, sales: readonly Sale[]): Promise<void> {
  await tx.run`
    insert into sales (variant_id, quantity) select "variantId", "quantity"
    from jsonb_to_recordset(${json(sales)}) as s("variantId" text, "quantity" bigint)`
}

/** Adds up to `limit` noted sales to the popularity of their products. Tells how many there were. */
export async function countNotedSales(tx: Tx, limit: number): Promise<number> {
  const counted = await tx.rows<{ productId: string | null; taken: number }>`
    with taken as (
      delete from sales where id = any(array(select id from sales order by id limit ${limit}))
      returning variant_id, quantity)
    insert into variants (variant_id, sold) select variant_id, sum(quantity) from taken group by variant_id
    on conflict (variant_id) do update set sold = variants.sold + excluded.sold
    returning product_id, (select count(*)::integer from taken) as taken`
  await refreshProducts(tx, counted)
  return counted[0]?.taken ?? 0
}

/** A product is in stock if one of its variants is, and as popular as all of them together. */
async function refreshProducts(tx: Tx, changed: readonly { productId: string | null }[]): Promise<number> {
  const productIds = new Set(changed.flatMap(({ productId }) => (productId === null ? [] : [productId])))
  if (productIds.size === 0) return 0
  return tx.run`
    update documents d set availability = told.availability, sold = told.sold
    from (
      select product_id, sum(sold)::bigint as sold,
        case when bool_or(state = 'in-stock') then 'in-stock' when bool_or(state = 'low') then 'low'
          else 'out' end as availability
      from variants where product_id = any(${[...productIds]}) group by product_id) as told
    where d.product_id = told.product_id
      and (d.availability, d.sold) is distinct from (told.availability, told.sold)`
}
