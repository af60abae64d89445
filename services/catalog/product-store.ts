import { isUniqueViolation, json, type Queries, type Sql, sql, type Tx } from '@rialto/kit/database'
import { decodeCursor } from '@rialto/kit/paging'
import { handleTaken, type Product, skuTaken, type Variant, type VariantForSale } from './contract.ts'

/** A product as it is kept: its categories by id only. */
export type KeptProduct = Omit<Product, 'categories'> & { categoryIds: string[] }

/** Reads products whole, in no particular order. `lock` keeps others from changing them until the commit. */
export async function findProducts(
  queries: Queries,
  ids: readonly string[],
  lock = false,
): Promise<KeptProduct[]> {
  if (lock) await queries.run`select 1 from products where id = any(${ids}) order by id for update`
  return (
    await queries.rows<ProductRow>`
    select ${columns} from products p where p.id = any(${ids})`
  ).map(productOf)
}

/** The id behind a handle, whether it is the present one or a former one. */
export async function findIdByHandle(queries: Queries, handle: string): Promise<string | undefined> {
  const row = await queries.row<{ id: string }>`
    select id from products where handle = ${handle}
    union all select product_id from former_handles where handle = ${handle} limit 1`
  return row?.id
}

export interface ProductFilter {
  readonly ids?: readonly string[]
  readonly status?: string
  readonly publishedAt?: Date
  readonly categoryId?: string
  /** Part of the title, the handle or a SKU. */
  readonly q?: string
  readonly handle?: string
  readonly sku?: string
  readonly after?: string
  readonly limit: number
}

/** Lists products, newest first: one more than `limit` when there are more. */
export async function listProducts(queries: Queries, filter: ProductFilter): Promise<KeptProduct[]> {
  const { ids, status, publishedAt, categoryId, q, handle, sku, after, limit } = filter
  const like = q && `%${q.replace(/[\\%_]/g, '\\$&')}%`
  const [createdAt, id] = after ? decodeCursor(after, ['instant', 'text']) : []
  return (
    await queries.rows<ProductRow>`
    select ${columns} from products p where true
    ${ids ? sql`and p.id = any(${ids})` : sql``}
    ${status ? sql`and p.status = ${status}` : sql``}
    ${publishedAt ? sql`and (p.publish_at is null or p.publish_at <= ${publishedAt})` : sql``}
    ${categoryId ? sql`and p.category_ids && array(select c.id from categories c where c.path @> array[${categoryId}::text])` : sql``}
    ${
      like
        ? sql`and (p.title ilike ${like} or p.handle ilike ${like} or p.id in (
      select v.product_id from variants v where v.sku ilike ${like}))`
        : sql``
    }
    ${handle === undefined ? sql`` : sql`and p.handle = ${handle}`}
    ${sku === undefined ? sql`` : sql`and p.id in (select v.product_id from variants v where v.sku = ${sku})`}
    ${createdAt ? sql`and (p.created_at, p.id) < (${createdAt}, ${id})` : sql``}
    order by p.created_at desc, p.id desc limit ${limit + 1}`
  ).map(productOf)
}

/**
 * Writes products whole, new and changed ones alike; variants that a product no longer has go. Throws
 * `handle-taken` or `sku-taken` when another one has them.
 */
export async function saveProducts(tx: Tx, products: readonly KeptProduct[]): Promise<void> {
  if (products.length === 0) return
  try {
    await writeProducts(tx, products)
    await writeVariants(tx, products)
  } catch (error) {
    if (isUniqueViolation(error, 'products_handle'))
      throw handleTaken('The handle belongs to another product. Choose another one.')
    if (isUniqueViolation(error, 'variants_sku'))
      throw skuTaken('A SKU belongs to another variant. Choose another one.')
    throw error
  }
}

export async function removeProduct(tx: Tx, id: string): Promise<void> {
  await tx.run`delete from products where id = ${id}`
}

/** Of the given handles, the products that have them. */
export async function findIdsByHandle(
  queries: Queries,
  handles: readonly string[],
): Promise<Map<string, string>> {
  const rows = await queries.rows<{
    handle: string
    id: string
  }>`select handle, id from products where handle = any(${handles})`
  return new Map(rows.map(({ handle, id }) => [handle, id]))
}

/** Of the given SKUs, the handles of the products whose variants have them. */
export async function findSkuOwners(queries: Queries, skus: readonly string[]): Promise<Map<string, string>> {
  const rows = await queries.rows<{ sku: string; handle: string }>`
    select v.sku, p.handle from variants v join products p on p.id = v.product_id where v.sku = any(${skus})`
  return new Map(rows.map(({ sku, handle }) => [sku, handle]))
}

export async function findVariant(queries: Queries, id: string): Promise<Variant | undefined> {
  const row = await queries.row<VariantRow>`select * from variants where id = ${id}`
  return row && variantOf(row)
}

export async function findProductIdOfVariant(
  queries: Queries,
  variantId: string,
): Promise<string | undefined> {
  return (await queries.row<{ productId: string }>`select product_id from variants where id = ${variantId}`)
    ?.productId
}

export async function findVariantsForSale(
  queries: Queries,
  ids: readonly string[],
): Promise<{ variant: VariantForSale; publishAt: string | null }[]> {
  const rows = await queries.rows<
    VariantRow & {
      productTitle: string
      productHandle: string
      vendor: string
      cover: string | null
      publishAt: string | null
    }
  >`
    select v.*, p.title as product_title, p.handle as product_handle, p.vendor, p.media->0->>'url' as cover,
      p.publish_at
    from variants v
    -- Lateral, so that it starts at the few variants whatever the planner believes of tables just filled.
    join lateral (select * from products where products.id = v.product_id limit 1) p on true
    where v.id = any(${ids}) and p.status = 'active'`
  return rows.map((row) => ({
    variant: {
      ...variantOf(row),
      imageUrl: row.imageUrl ?? row.cover ?? undefined,
      productTitle: row.productTitle,
      productHandle: row.productHandle,
      vendor: row.vendor,
    },
    publishAt: row.publishAt,
  }))
}

export async function findProductIdsInCategories(
  queries: Queries,
  categoryIds: readonly string[],
  after: string,
  limit: number,
) {
  const rows = await queries.rows<{ id: string }>`
    select id from products where category_ids && ${categoryIds}::text[] and id > ${after} order by id limit ${limit}`
  return rows.map(({ id }) => id)
}

const columns: Sql = sql`p.*, (select jsonb_agg(to_jsonb(v) order by v.position) from variants v where v.product_id = p.id) as variants`

interface ProductRow extends Omit<KeptProduct, 'variants' | 'publishAt'> {
  readonly publishAt: string | null
  /** As jsonb, hence with the names of the columns. */
  readonly variants: Record<string, unknown>[] | null
}

interface VariantRow {
  readonly id: string
  readonly productId: string
  readonly position: number
  readonly title: string
  readonly sku: string | null
  readonly barcode: string | null
  readonly options: Record<string, string>
  readonly price: number
  readonly compareAtPrice: number | null
  readonly currency: string
  readonly taxClass: string
  readonly weightGrams: number
  readonly requiresShipping: boolean
  readonly imageUrl: string | null
}

function productOf({ publishAt, variants, ...row }: ProductRow): KeptProduct {
  return {
    ...row,
    publishAt: publishAt ?? undefined,
    variants: (variants ?? []).map((variant) => variantOf(camelCased(variant))),
  }
}

function camelCased(row: Record<string, unknown>): VariantRow {
  const { product_id, compare_at_price, tax_class, weight_grams, requires_shipping, image_url, ...same } = row
  return {
    ...same,
    productId: product_id,
    compareAtPrice: compare_at_price,
    taxClass: tax_class,
    weightGrams: weight_grams,
    requiresShipping: requires_shipping,
    imageUrl: image_url,
  } as unknown as VariantRow
}

function variantOf(row: VariantRow): Variant {
  const { currency, price, compareAtPrice } = row
  return {
    id: row.id,
    productId: row.productId,
    title: row.title,
    sku: row.sku ?? undefined,
    barcode: row.barcode ?? undefined,
    options: row.options,
    price: { amount: price, currency },
    compareAtPrice: compareAtPrice === null ? undefined : { amount: compareAtPrice, currency },
    taxClass: row.taxClass,
    weightGrams: row.weightGrams,
    requiresShipping: row.requiresShipping,
    imageUrl: row.imageUrl ?? undefined,
    position: row.position,
  }
}

async function writeProducts(tx: Tx, products: readonly KeptProduct[]): Promise<void> {
  const rows = products.map(({ variants: _, ...product }) => product)
  await tx.run`
    with incoming as (select * from jsonb_to_recordset(${json(rows)}) as r(
      "id" text, "handle" text, "title" text, "description" text, "vendor" text, "type" text, "tags" text[], "status" text,
      "publishAt" timestamptz, "categoryIds" text[], "options" jsonb, "attributes" jsonb, "media" jsonb, "seo" jsonb,
      "createdAt" timestamptz, "updatedAt" timestamptz, "version" integer)),
    former as (insert into former_handles (handle, product_id)
      select p.handle, p.id from products p join incoming i on i."id" = p.id and i."handle" <> p.handle
      on conflict (handle) do update set product_id = excluded.product_id),
    regained as (delete from former_handles f using incoming i where f.handle = i."handle")
    insert into products (id, handle, title, description, vendor, type, tags, status, publish_at, category_ids,
      options, attributes, media, seo, created_at, updated_at, version)
    select "id", "handle", "title", "description", "vendor", "type", "tags", "status", "publishAt", "categoryIds",
      "options", "attributes", "media", "seo", "createdAt", "updatedAt", "version" from incoming
    on conflict (id) do update set handle = excluded.handle, title = excluded.title,
      description = excluded.description, vendor = excluded.vendor, type = excluded.type, tags = excluded.tags,
      status = excluded.status, publish_at = excluded.publish_at, category_ids = excluded.category_ids,
      options = excluded.options, attributes = excluded.attributes, media = excluded.media, seo = excluded.seo,
      updated_at = excluded.updated_at, version = excluded.version`
}

async function writeVariants(tx: Tx, products: readonly KeptProduct[]): Promise<void> {
  const rows = products.flatMap(({ variants }) =>
    variants.map(({ price, compareAtPrice, ...variant }) => ({
      ...variant,
      price: price.amount,
      currency: price.currency,
      compareAtPrice: compareAtPrice?.amount,
    })),
  )
  await tx.run`
    delete from variants where product_id = any(${products.map(({ id }) => id)}) and id <> all(${rows.map(({ id }) => id)})`
  await tx.run`
    insert into variants (id, product_id, position, title, sku, barcode, options, price, compare_at_price, currency,
      tax_class, weight_grams, requires_shipping, image_url)
    select "id", "productId", "position", "title", "sku", "barcode", "options", "price", "compareAtPrice", "currency",
      "taxClass", "weightGrams", "requiresShipping", "imageUrl" from jsonb_to_recordset(${json(rows)}) as r(
      "id" text, "productId" text, "position" integer, "title" text, "sku" text, "barcode" text, "options" jsonb,
      "price" bigint, "compareAtPrice" bigint, "currency" text, "taxClass" text, "weightGrams" integer,
      "requiresShipping" boolean, "imageUrl" text)
    on conflict (id) do update set position = excluded.position, title = excluded.title, sku = excluded.sku,
      barcode = excluded.barcode, options = excluded.options, price = excluded.price,
      compare_at_price = excluded.compare_at_price, currency = excluded.currency, tax_class = excluded.tax_class,
      weight_grams = excluded.weight_grams, requires_shipping = excluded.requires_shipping, image_url = excluded.image_url`
}
