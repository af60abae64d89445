create extension if not exists pg_trgm;

-- One row per product that is for sale, with all that lists show and filters ask.
create table documents (
  product_id text collate "C" primary key,
  version integer not null,
  handle text not null,
  title text not null,
  vendor text not null,
  image_url text,
  image_alt text,
  price_min bigint not null,
  price_max bigint not null,
  compare_at_price bigint,
  currency text not null,
  variant_count integer not null,
  variant_id text,
  availability text not null check (availability in ('in-stock', 'low', 'out')),
  publish_at timestamptz,
  -- Ids of the categories and of all above them.
  category_ids text[] not null,
  -- 'Name:Value' of attributes and options.
  facets text[] not null,
  words tsvector not null,
  created_at timestamptz not null,
  sold bigint not null default 0
);
create index documents_words on documents using gin (words);
create index documents_facets on documents using gin (facets);
create index documents_categories on documents using gin (category_ids);
create index documents_title on documents using gin (title gin_trgm_ops);
create index documents_newest on documents (created_at, product_id);
create index documents_price on documents (price_min, product_id);
create index documents_sold on documents (sold, product_id);

-- Stock by variant. Either half may be known first: whose variant it is, or how many there are.
create table variants (
  variant_id text collate "C" primary key,
  product_id text collate "C",
  state text not null default 'out' check (state in ('in-stock', 'low', 'out')),
  stock_version bigint not null default 0
);
create index variants_product on variants (product_id);

create table categories (
  id text collate "C" primary key,
  parent_id text collate "C",
  name text not null,
  handle text not null
);
create index categories_handle on categories (handle);
create index categories_parent on categories (parent_id);

-- Words that occur in titles, vendors and types; misspelt ones are corrected to these.
create table vocabulary (word text primary key);
create index vocabulary_similar on vocabulary using gin (word gin_trgm_ops);

-- A product that was removed must not come back by an older event.
create table removed_products (
  product_id text collate "C" primary key,
  version integer not null
);
