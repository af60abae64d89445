import type { Product } from '@rialto/catalog/contract'
import type { Queries } from '@rialto/kit/database'
import { newId } from '@rialto/kit/id'

let created = Date.parse('2026-01-01T00:00:00Z')

/** A product with one variant, made a second after the one before it. */
export function product(title: string, amount: number, more: Partial<Product> = {}): Product {
  const id = newId('prod')
  created += 1000
  const at = new Date(created).toISOString()
  return {
    id,
    handle: `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${created}`,
    title,
    description: '',
    vendor: 'Norde',
    type: '',
    tags: [],
    status: 'active',
    categories: [],
    options: [],
    attributes: [],
    media: [],
    seo: {},
    variants: [variant(id, amount)],
    createdAt: at,
    updatedAt: at,
    version: 1,
    ...more,
  }
}

export function variant(productId: string, amount: number): Product['variants'][number] {
  return {
    id: newId('var'),
    productId,
    title: '',
    options: {},
    price: { amount, currency: 'EUR' },
    taxClass: 'standard',
    weightGrams: 1,
    requiresShipping: true,
    position: 1,
  }
}

export function attributes(of: Readonly<Record<string, string>>): Product['attributes'] {
  return Object.entries(of).map(([name, value]) => ({ name, value }))
}

/** Fills the live index with products of 40 kinds, 12 colours and 100 categories below 10 others, and the vocabulary. */
export async function fillIndex(queries: Queries, count: number): Promise<void> {
  await queries.run`
    insert into documents (slot, product_id, handle, title, vendor, currency, price_min, price_max, availability,
      variant_count, categories, facets, words, created_at, sold)
    select 0, 'prod_' || lpad(i::text, 8, '0'), 'product-' || i, title, 'Vendor ' || i % 200, 'EUR',
      i * 7919 % 50000, i * 7919 % 50000 + 100, case when i % 10 = 0 then 'out' else 'in-stock' end, 1,
      array['cat_top' || i % 10, 'top-' || i % 10, 'cat_' || i % 100, 'below-' || i % 100],
      array['Colour:' || (i * 31 % 12), 'Size:' || (i % 6), 'Material:' || (i * 17 % 25), 'Brand:Vendor ' || i % 200],
      setweight(to_tsvector('shop', title) || to_tsvector('plain', title), 'A') || setweight(to_tsvector('shop', text), 'D'),
      '2026-01-01'::timestamptz + i * interval '1 second', i * 104729 % 1000
    from generate_series(1, ${count}::integer) as i,
      lateral (select 'Lamp shade kind' || i % 40 || ' model' || i % 5000 as title) as named,
      lateral (select string_agg('word' || (i * n * 37) % 20000, ' ') as text from generate_series(1, 60) as n) as described`
  await queries.run`insert into categories (id, name, handle, parent_id, as_of)
    select 'cat_top' || i, 'Top ' || i, 'top-' || i, null, now() from generate_series(0, 9) as i
    union all select 'cat_' || i, 'Below ' || i, 'below-' || i, 'cat_top' || i % 10, now() from generate_series(0, 99) as i`
  await queries.run`insert into words (word)
    select distinct left(translate(md5(i::text), '0123456789', 'ghijklmnop'), 8) from generate_series(1, 20000) as i
    union values ('lamp'), ('model'), ('shade')`
  await queries.run`vacuum analyze documents`
  await queries.run`analyze words`
}
