import type { Queries } from '@rialto/kit/database'
import { findProducts, type KeptProduct } from './product-store.ts'
import type { ExportColumns } from './shopify/export.ts'

/** What the header of a file of all products needs. */
export async function findExportColumns(queries: Queries): Promise<ExportColumns> {
  const row = await queries.row<{ attributes: string[]; optionCount: number }>`
    select array(select distinct a->>'name' collate "C" from products, jsonb_array_elements(attributes) a order by 1) as attributes,
      (select coalesce(max(jsonb_array_length(options)), 0) from products) as option_count`
  return row ?? { attributes: [], optionCount: 0 }
}

export interface ExportPage {
  /** Time and id of the product before the page. */
  readonly after: readonly [string, string]
  readonly limit: number
  readonly variantsLimit: number
}

/** Products in the order in which they were made, as many as the limits allow, and whether more follow. */
export async function findExportPage(
  queries: Queries,
  { after: [createdAt, id], limit, variantsLimit }: ExportPage,
): Promise<{ products: KeptProduct[]; more: boolean }> {
  const rows = await queries.rows<{ id: string; variants: number }>`
    select id, (select count(*) from variants v where v.product_id = p.id) as variants
    from products p where (created_at, id) > (${createdAt}, ${id}) order by created_at, id limit ${limit + 1}`
  let variants = 0
  const fitting = rows.slice(0, limit).filter((row, index) => {
    variants += row.variants
    return index === 0 || variants <= variantsLimit
  })
  const ids = fitting.map((row) => row.id)
  const found = new Map((await findProducts(queries, ids)).map((product) => [product.id, product]))
  return { products: ids.flatMap((each) => found.get(each) ?? []), more: rows.length > fitting.length }
}
