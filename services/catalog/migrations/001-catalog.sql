create table categories (
  id text collate "C" primary key,
  parent_id text collate "C" references categories (id),
  name text not null,
  handle text not null constraint categories_handle unique,
  position integer not null,
  -- Ids from the root to the category itself.
  path text[] not null,
  version integer not null
);
create index categories_parent on categories (parent_id);

create table products (
  id text collate "C" primary key,
  handle text not null constraint products_handle unique,
  title text not null,
  description text not null,
  vendor text not null,
  type text not null,
  tags text[] not null,
  status text not null check (status in ('draft', 'active', 'archived')),
  publish_at timestamptz,
  category_ids text[] not null,
  options jsonb not null,
  attributes jsonb not null,
  media jsonb not null,
  seo jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null
);
create index products_newest on products (created_at, id);
create index products_newest_active on products (created_at, id) where status = 'active';
create index products_categories on products using gin (category_ids);
create extension if not exists pg_trgm;
create index products_title on products using gin (title gin_trgm_ops);

create table variants (
  id text collate "C" primary key,
  product_id text collate "C" not null references products (id) on delete cascade,
  position integer not null,
  title text not null,
  sku text constraint variants_sku unique,
  barcode text,
  options jsonb not null,
  price bigint not null check (price >= 0),
  compare_at_price bigint check (compare_at_price >= 0),
  currency text not null,
  tax_class text not null,
  weight_grams integer not null check (weight_grams >= 0),
  requires_shipping boolean not null,
  image_url text
);
create index variants_product on variants (product_id, position);

-- Handles that products had earlier; links to them still lead to the product.
create table former_handles (
  handle text primary key,
  product_id text collate "C" not null references products (id) on delete cascade
);
create index former_handles_product on former_handles (product_id);

create table imports (
  id text collate "C" primary key,
  filename text not null,
  currency text not null,
  dry_run boolean not null,
  status text not null check (status in ('running', 'done', 'failed')),
  error text,
  bytes bigint not null,
  bytes_read bigint not null default 0,
  -- Entries of the file (products and refusals) that are done; a resumed import skips them.
  entries_done integer not null default 0,
  rows integer not null default 0,
  products integer not null default 0,
  variants integer not null default 0,
  refused_products integer not null default 0,
  refusals jsonb not null default '[]',
  -- Counts of the last batch that inventory has not confirmed.
  counts_open jsonb,
  started_at timestamptz not null,
  finished_at timestamptz
);
