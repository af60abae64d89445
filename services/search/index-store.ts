import { json, type Sql, sql, type Tx } from '@rialto/kit/database'
import type { Document, NamedCategory } from './document.ts'

/**
 * Lets one transaction at a time change the index. A document follows from what its product and all its
 * variants tell, so two that overlap could each miss what the other one writes.
 */
export async function lockIndex(tx: Tx): Promise<void> {
  await tx.run`select pg_advisory_xact_lock(7262002)`
}

/** Where documents are written: to the live index and the one being built, or by a rebuild to the latter only. */
export type Target = 'all' | { readonly rebuildId: string }

/**
 * Takes in products as they are now, one statement for any number of them. Those that are not shown leave the
 * index; those of which a newer version was heard change nothing. Every product may be given once.
 */
export async function saveDocuments(
  tx: Tx,
  documents: readonly Document[],
  categories: readonly NamedCategory[],
  target: Target = 'all',
): Promise<void> {
  if (documents.length === 0) return
  await tx.run`
    with incoming as materialized (${incoming(documents)}),
    versions as (
      insert into product_versions (product_id, version) select "id", "version" from incoming
      on conflict (product_id) do update set version = excluded.version
        where product_versions.version <> excluded.version),
    hidden as (
      delete from documents d using incoming i where d.product_id = i."id" and not i."shown"),
    ${variantsOfIncoming},
    ${categoryNames(categories)},
    vocabulary as (
      insert into words (word) select distinct found.word
      from incoming i, unnest(tsvector_to_array(i.names || i.about_names)) as found(word)
      where i."shown" and length(found.word) between 3 and 30 and found.word !~ '[[:digit:][:punct:][:space:]]'
        and not exists (select from words w where w.word = found.word)
      on conflict (word) do nothing)
    insert into documents (slot, product_id, handle, title, vendor, image_url, image_alt, currency, price_min,
      price_max, compare_at, availability, variant_count, variant_id, categories, facets, words, created_at, sold)
    select slots.slot, i."id", "handle", "title", "vendor", "imageUrl", "imageAlt", "currency", "priceMin",
      "priceMax", "compareAt", told.availability, cardinality("variantIds"), "variantId", "categories", "facets",
      ${weighted}, "createdAt", told.sold
    from incoming i join told on told.id = i."id" cross join (${slots(target)}) as slots
    where "shown"
    on conflict (slot, product_id) do update set handle = excluded.handle, title = excluded.title,
      vendor = excluded.vendor, image_url = excluded.image_url, image_alt = excluded.image_alt,
      currency = excluded.currency, price_min = excluded.price_min, price_max = excluded.price_max,
      compare_at = excluded.compare_at, availability = excluded.availability,
      variant_count = excluded.variant_count, variant_id = excluded.variant_id, categories = excluded.categories,
      facets = excluded.facets, words = excluded.words, created_at = excluded.created_at, sold = excluded.sold`
}

/** Takes products out. An older change of theirs that comes later brings none of them back. */
export async function removeDocuments(
  tx: Tx,
  removed: readonly { readonly id: string; readonly version: number }[],
): Promise<void> {
  if (removed.length === 0) return
  await tx.run`
    with removed as (select * from jsonb_to_recordset(${json(removed)}) as r(id text, version bigint)),
    versions as (
      insert into product_versions (product_id, version) select id, version from removed
      on conflict (product_id) do update set version = greatest(product_versions.version, excluded.version)),
    variants as (delete from variants v using removed r where v.product_id = r.id)
    delete from documents d using removed r where d.product_id = r.id`
}

/** Takes categories out. An older product of theirs that comes later brings none of them back. */
export async function removeCategories(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx.run`
    with removed as (
      insert into removed_categories (id) select unnest(${ids}::text[]) on conflict (id) do nothing)
    delete from categories where id = any(${ids})`
}

/** Products that are not older than what was heard of them. */
function incoming(documents: readonly Document[]): Sql {
  return sql`
    select i.*, to_tsvector('plain', i."title") as names, to_tsvector('plain', i."about") as about_names
    from jsonb_to_recordset(${json(documents)}) as i("id" text, "version" bigint, "shown" boolean,
      "variantIds" text[], "handle" text, "title" text, "vendor" text, "imageUrl" text, "imageAlt" text,
      "currency" text, "priceMin" bigint, "priceMax" bigint, "compareAt" bigint, "variantId" text,
      "categories" text[], "facets" text[], "about" text, "keywords" text, "description" text,
      "createdAt" timestamptz)
    left join product_versions p on p.product_id = i."id"
    where p.version is null or p.version <= i."version"`
}

/** Which variants belong to the products, and what was heard of those before. Unknown stock counts as none. */
const variantsOfIncoming = sql`
    released as (
      update variants v set product_id = null
      from incoming i where v.product_id = i."id" and v.variant_id <> all (i."variantIds")),
    owned as (
      insert into variants (variant_id, product_id) select unnest("variantIds"), "id" from incoming
      on conflict (variant_id) do update set product_id = excluded.product_id
        where variants.product_id is distinct from excluded.product_id),
    told as (
      select i."id" as id, coalesce(sum(v.sold), 0)::bigint as sold,
        case when bool_or(v.state = 'in-stock') then 'in-stock' when bool_or(v.state = 'low') then 'low'
          else 'out' end as availability
      from incoming i cross join unnest(i."variantIds") as variant(id)
      left join variants v on v.variant_id = variant.id group by i."id")`

function categoryNames(categories: readonly NamedCategory[]): Sql {
  return sql`
    named as (
      insert into categories (id, name, handle, parent_id, as_of)
      select distinct on ("id") "id", "name", "handle", "parentId", "asOf"
      from jsonb_to_recordset(${json(categories)}) as c(
        "id" text, "name" text, "handle" text, "parentId" text, "asOf" timestamptz)
      where not exists (select from removed_categories r where r.id = c."id")
      order by "id", "asOf" desc
      on conflict (id) do update set name = excluded.name, handle = excluded.handle,
        parent_id = excluded.parent_id, as_of = excluded.as_of
      where categories.as_of < excluded.as_of and (categories.name, categories.handle, categories.parent_id)
        is distinct from (excluded.name, excluded.handle, excluded.parent_id))`
}

// Stems find "shoe" for "shoes"; the words as written find "runn" in "running".
const weighted = sql`
      setweight(to_tsvector('shop', "title") || i.names, 'A')
      || setweight(to_tsvector('shop', "about") || i.about_names, 'B')
      || setweight(to_tsvector('shop', "keywords") || to_tsvector('plain', "keywords"), 'C')
      || setweight(to_tsvector('shop', "description"), 'D')`

function slots(target: Target): Sql {
  if (target === 'all') {
    return sql`select slot from index_state, unnest(array[live, building]) as slot where slot is not null`
  }
  return sql`select building as slot from index_state
    where rebuild_id = ${target.rebuildId} and building is not null`
}
