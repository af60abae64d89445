import type { Product } from '@rialto/catalog/contract'
import { json, type Tx } from '@rialto/kit/database'
import { categoriesOf, documentOf, vocabularyOf } from './document.ts'

/** Writes or replaces a product's document, unless a later version is there. */
export async function saveDocument(tx: Tx, product: Product): Promise<void> {
  const document = documentOf(product)
  const variantIds = product.variants.map(({ id }) => id)
  await tx.run`
    with placed as (
      insert into variants (variant_id, product_id) select unnest(${variantIds}::text[]), ${product.id}
      on conflict (variant_id) do update set product_id = excluded.product_id where variants.product_id is distinct from excluded.product_id),
    dropped as (update variants set product_id = null where product_id = ${product.id} and variant_id <> all(${variantIds})),
    filed as (
      insert into categories (id, parent_id, name, handle)
      select distinct on (id) id, "parentId", name, handle from jsonb_to_recordset(${json(categoriesOf(product))}) as c(
        id text, "parentId" text, name text, handle text)
      on conflict (id) do update set parent_id = excluded.parent_id, name = excluded.name, handle = excluded.handle
      where (categories.parent_id, categories.name, categories.handle) is distinct from (excluded.parent_id, excluded.name, excluded.handle)),
    learnt as (insert into vocabulary select unnest(${vocabularyOf(product)}::text[]) on conflict do nothing)
    insert into documents (product_id, version, handle, title, vendor, image_url, image_alt, price_min, price_max,
      compare_at_price, currency, variant_count, variant_id, publish_at, category_ids, facets, created_at, words, availability)
    select "productId", "version", "handle", "title", "vendor", "imageUrl", "imageAlt", "priceMin", "priceMax",
      "compareAtPrice", "currency", "variantCount", "variantId", "publishAt", "categoryIds", "facets", "createdAt",
      setweight(to_tsvector('english', "texts"[1]), 'A') || setweight(to_tsvector('english', "texts"[2]), 'B')
        || setweight(to_tsvector('english', "texts"[3]), 'D'),
      best.state
    from jsonb_to_record(${json(document)}) as d("productId" text, "version" integer, "handle" text, "title" text,
      "vendor" text, "imageUrl" text, "imageAlt" text, "priceMin" bigint, "priceMax" bigint, "compareAtPrice" bigint,
      "currency" text, "variantCount" integer, "variantId" text, "publishAt" timestamptz, "categoryIds" text[],
      "facets" text[], "createdAt" timestamptz, "texts" text[])
    cross join lateral (select case when bool_or(state = 'in-stock') then 'in-stock' when bool_or(state = 'low') then 'low' else 'out' end as state
      from variants where variant_id = any(${variantIds})) best
    where not exists (select 1 from removed_products r where r.product_id = "productId" and r.version >= d."version")
    on conflict (product_id) do update set version = excluded.version, handle = excluded.handle, title = excluded.title,
      vendor = excluded.vendor, image_url = excluded.image_url, image_alt = excluded.image_alt,
      price_min = excluded.price_min, price_max = excluded.price_max, compare_at_price = excluded.compare_at_price,
      currency = excluded.currency, variant_count = excluded.variant_count, variant_id = excluded.variant_id,
      publish_at = excluded.publish_at, category_ids = excluded.category_ids, facets = excluded.facets,
      words = excluded.words, availability = excluded.availability
    where documents.version <= excluded.version`
}

/** Takes a product out of the index, for good or until a later version is for sale. */
export async function removeDocument(tx: Tx, productId: string, version: number): Promise<void> {
  await tx.run`
    with gone as (insert into removed_products (product_id, version) values (${productId}, ${version})
      on conflict (product_id) do update set version = greatest(removed_products.version, excluded.version))
    delete from documents where product_id = ${productId} and version <= ${version}`
}

/** Notes a variant's stock and what it means for its product; a late note changes nothing. */
export async function saveStock(tx: Tx, variantId: string, state: string, version: number): Promise<void> {
  const changed = await tx.row<{ productId: string | null }>`
    insert into variants (variant_id, state, stock_version) values (${variantId}, ${state}, ${version})
    on conflict (variant_id) do update set state = excluded.state, stock_version = excluded.stock_version
    where variants.stock_version < excluded.stock_version
    returning product_id`
  if (!changed?.productId) return
  await tx.run`
    update documents set availability = best.state
    from (select case when bool_or(state = 'in-stock') then 'in-stock' when bool_or(state = 'low') then 'low' else 'out' end as state
      from variants where product_id = ${changed.productId}) best
    where product_id = ${changed.productId} and availability <> best.state`
}

export async function addSales(
  tx: Tx,
  lines: readonly { variantId: string; quantity: number }[],
): Promise<void> {
  await tx.run`
    update documents d set sold = d.sold + s.quantity
    from (select v.product_id, sum(quantity) as quantity
      from jsonb_to_recordset(${json(lines)}) as l("variantId" text, quantity integer)
      join variants v on v.variant_id = l."variantId" group by v.product_id) s
    where d.product_id = s.product_id`
}

export async function removeCategory(tx: Tx, id: string): Promise<void> {
  await tx.run`delete from categories where id = ${id}`
}
