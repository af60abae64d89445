import { json, type Queries, type Tx } from '@rialto/kit/database'
import type { VariantPrice } from './quote.ts'

/** The prices of the given variants; those without a price are left out. */
export function pricesOf(queries: Queries, variantIds: readonly string[]): Promise<VariantPrice[]> {
  return queries.rows<VariantPrice>`
    select variant_id, product_id, category_ids, price, compare_at, currency, tax_class
    from variant_prices where variant_id = any(${variantIds})`
}

/**
 * Takes over the prices of a product in one statement. Does nothing when a newer version, or the product's
 * removal, was heard before.
 */
export async function replacePrices(
  tx: Tx,
  productId: string,
  version: number,
  prices: readonly VariantPrice[],
): Promise<void> {
  await tx.run`
    with newer as (
      insert into products (product_id, version) values (${productId}, ${version})
      on conflict (product_id) do update set version = excluded.version where products.version < excluded.version
      returning product_id
    ), gone as (
      delete from variant_prices using newer where variant_prices.product_id = newer.product_id
        and variant_id <> all(${prices.map(({ variantId }) => variantId)})
    )
    insert into variant_prices (variant_id, product_id, category_ids, price, compare_at, currency, tax_class)
    select p."variantId", newer.product_id, p."categoryIds", p.price, p."compareAt", p.currency, p."taxClass"
    from newer, jsonb_to_recordset(${json(prices)}) as p("variantId" text, "categoryIds" text[], price bigint,
      "compareAt" bigint, currency text, "taxClass" text)
    on conflict (variant_id) do update set product_id = excluded.product_id,
      category_ids = excluded.category_ids, price = excluded.price, compare_at = excluded.compare_at,
      currency = excluded.currency, tax_class = excluded.tax_class`
}
