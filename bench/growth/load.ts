import pg from 'pg'
import { categories, goods } from './goods.ts'

// What an import would leave behind in each service, written by the databases themselves: a million products in
// minutes.

type Url = (service: string) => string

/** So many products go into one statement. */
const step = 20_000

/** Fills the shop up to product number `to`, of which `from` are there. */
export async function loadGoods(
  url: Url,
  from: number,
  to: number,
  tell: (text: string) => void,
): Promise<void> {
  await Promise.all(
    Object.entries(loads).map(([service, load]) =>
      loadService(url(service), service, load, { from, to, tell }),
    ),
  )
}

async function loadService(
  url: string,
  service: string,
  load: Load,
  { from, to, tell }: { from: number; to: number; tell: (text: string) => void },
) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const began = performance.now()
    await client.query(
      "set synchronous_commit = off; set maintenance_work_mem = '512MB'; set work_mem = '64MB'",
    )
    if (from === 0 && load.before) await client.query(load.before)
    const aside = to - from > 50_000 ? await setAside(client, load.tables) : []
    for (let first = from + 1; first <= to; first += step) {
      const last = Math.min(to, first + step - 1)
      for (const statement of load.statements) await client.query(statement, [first, last])
    }
    for (const index of aside) await client.query(index)
    for (const table of load.tables) await client.query(`vacuum analyze ${table}`)
    tell(`${service}: ${to - from} products in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  } finally {
    await client.end()
  }
}

/** Drops the indexes that are only for finding, and answers with how to make them again: at once they cost far less. */
async function setAside(client: pg.Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i where i.indrelid::regclass::text = any($1) and not i.indisunique
       and not exists (select from pg_inherits where inhrelid = i.indexrelid)`,
    [tables],
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows.map(({ definition }) => definition.replace(' ON ONLY ', ' ON '))
}

interface Load {
  /** Once, into an empty shop. */
  readonly before?: string
  readonly tables: readonly string[]
  /** For products number $1 to $2. */
  readonly statements: readonly string[]
}

const variants = `
variants as materialized (
  select g.*, 'var_01' || lpad((i * 8 + at)::text, 24, '0') as var, at, size, price + (at - 1) * 250 as price_of
  from goods g, unnest(sizes) with ordinality as v(size, at))`
const withVariants = `with ${goods}, ${variants}`
const idsOf = `array(select 'cat_01' || lpad(n::text, 24, '0') from unnest(array[leaf / 100 - 9, leaf / 10, leaf]) as n)`

const loads: Readonly<Record<string, Load>> = {
  catalog: {
    tables: ['products', 'variants', 'categories'],
    before: `with ${categories} insert into categories (id, parent_id, name, handle, position, path, version)
      select id, parent, name, handle, 1, array(select 'cat_01' || lpad(n::text, 24, '0') from unnest(path) as n), 1
      from categories_made order by cardinality(path), id`,
    statements: [
      `with ${goods} insert into products (id, handle, title, description, vendor, type, tags, status, category_ids, options,
        attributes, media, seo, created_at, updated_at, version)
      select prod, handle, title, '<p>' || described || '</p>', vendor, kind, array['tag-' || i % 50], 'active', array[category],
        case when sizes[1] is null then '[]' else jsonb_build_array(jsonb_build_object('name', 'Size', 'values', to_jsonb(sizes))) end,
        jsonb_build_array(jsonb_build_object('name', 'Colour', 'value', colour), jsonb_build_object('name', 'Material', 'value', material)),
        jsonb_build_array(jsonb_build_object('url', '/pictures/' || i % 100 || '.jpg', 'alt', title, 'position', 1)),
        '{}', created, created, 1 from goods`,
      `${withVariants} insert into variants (id, product_id, position, title, sku, options, price, currency, tax_class, weight_grams, requires_shipping)
      select var, prod, at, coalesce(size, ''), 'SKU-' || i || '-' || at,
        case when size is null then '{}' else jsonb_build_object('Size', size) end, price_of, 'EUR', 'standard', 300, true from variants`,
    ],
  },
  pricing: {
    tables: ['products', 'variant_prices'],
    statements: [
      `with ${goods} insert into products (product_id, version) select prod, 1 from goods`,
      `${withVariants} insert into variant_prices (variant_id, product_id, category_ids, price, currency, tax_class)
      select var, prod, ${idsOf}, price_of, 'EUR', 'standard' from variants`,
    ],
  },
  inventory: {
    tables: ['stock', 'movements'],
    statements: [
      `${withVariants} insert into stock (variant_id, location_id, free, received, version)
      select var, 'loc_00000000000000000000000001', case when i % 20 = 0 then 0 else 1000000 end,
        case when i % 20 = 0 then 0 else 1000000 end, 2 from variants`,
      `${withVariants} insert into movements (variant_id, location_id, id, kind, quantity, reason, at)
      select var, 'loc_00000000000000000000000001', 'mov_01' || right(var, 24), 'count', 1000000, 'load', created from variants where i % 20 <> 0`,
    ],
  },
  search: {
    tables: ['documents', 'product_versions', 'variants', 'words', 'categories'],
    before: `with ${categories} insert into categories (id, parent_id, name, handle, as_of)
      select id, parent, name, handle, '2026-01-01' from categories_made`,
    statements: [
      `with ${goods} insert into product_versions (product_id, version) select prod, 1 from goods`,
      `${withVariants} insert into variants (variant_id, product_id, state, stock_version, sold)
      select var, prod, case when i % 20 = 0 then 'out' else 'in-stock' end, 2, 0 from variants`,
      `with ${goods} insert into words (word) select distinct found.word
      from goods, unnest(tsvector_to_array(to_tsvector('plain', title || ' ' || vendor || ' ' || kind))) as found(word)
      where length(found.word) between 3 and 30 and found.word !~ '[[:digit:][:punct:][:space:]]' on conflict (word) do nothing`,
      `with ${goods}, named as (
        select g.*, to_tsvector('plain', title) as names, to_tsvector('plain', vendor || ' ' || kind) as about_names,
          array_to_string(array['tag-' || i % 50, 'Tree ' || (leaf / 100 - 9), 'Branch ' || leaf / 10, 'Leaf ' || leaf,
            colour, material] || coalesce(sizes, '{}') || array(select 'SKU-' || i || '-' || n from generate_series(1, cardinality(sizes)) as n), ' ') as keywords
        from goods g)
      insert into documents (slot, product_id, handle, title, vendor, image_url, image_alt, currency, price_min, price_max,
        availability, variant_count, variant_id, categories, facets, words, created_at, sold)
      select 0, prod, handle, title, vendor, '/pictures/' || i % 100 || '.jpg', title, 'EUR', price,
        price + (cardinality(sizes) - 1) * 250, case when i % 20 = 0 then 'out' else 'in-stock' end, cardinality(sizes),
        case when cardinality(sizes) = 1 then 'var_01' || lpad((i * 8 + 1)::text, 24, '0') end,
        array(select unnest(array['cat_01' || lpad(n::text, 24, '0'), case when n < 100 then 'tree-' when n < 1000 then 'branch-' else 'leaf-' end || n])
          from unnest(array[leaf / 100 - 9, leaf / 10, leaf]) as n),
        array['Colour:' || colour, 'Material:' || material] || array(select 'Size:' || size from unnest(sizes) as size where size is not null)
          || array['Brand:' || vendor],
        setweight(to_tsvector('shop', title) || names, 'A') || setweight(to_tsvector('shop', vendor || ' ' || kind) || about_names, 'B')
          || setweight(to_tsvector('shop', keywords) || to_tsvector('plain', keywords), 'C') || setweight(to_tsvector('shop', described), 'D'),
        created, 0 from named`,
    ],
  },
}
