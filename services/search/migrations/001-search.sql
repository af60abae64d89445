create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists fuzzystrmatch;

-- Words by their stems, for matching whole words; accents do not count.
create text search configuration shop (copy = english);
alter text search configuration shop alter mapping for hword, hword_part, word with unaccent, english_stem;
-- Words as they are written, for matching their beginnings.
create text search configuration plain (copy = simple);
alter text search configuration plain alter mapping for hword, hword_part, word with unaccent, simple;

-- The best plan depends on the values: a category of ten products and one of half the shop want different ones.
-- Sorting 10,000 candidates shall fit into memory. Pages are as near as on the disks that shops run on today.
-- Set for all connections to come, and for this one, which goes on after the migration.
do $$ begin
  execute format('alter database %I set plan_cache_mode = force_custom_plan', current_database());
  execute format('alter database %I set random_page_cost = 1.1', current_database());
  execute format('alter database %I set work_mem = %L', current_database(), '16MB');
end $$;
set plan_cache_mode = force_custom_plan;
set random_page_cost = 1.1;
set work_mem = '16MB';

-- Two indexes lie side by side. Searches read the live one; a rebuild fills the other one and then switches.
create table index_state (
  id integer primary key check (id = 1),
  live smallint not null check (live in (0, 1)),
  building smallint check (building = 1 - live),
  rebuild_id text collate "C",
  touched_at timestamptz
);
insert into index_state (id, live) values (1, 0);

create table documents (
  slot smallint not null,
  product_id text collate "C" not null,
  handle text not null,
  title text not null,
  vendor text not null,
  image_url text,
  image_alt text,
  currency text not null,
  price_min bigint not null,
  price_max bigint not null,
  compare_at bigint,
  availability text not null check (availability in ('in-stock', 'low', 'out')),
  variant_count integer not null,
  variant_id text,
  -- Ids and handles of its categories and of all above them.
  categories text[] not null,
  -- Such as 'Colour:Red'.
  facets text[] not null,
  words tsvector not null,
  created_at timestamptz not null,
  sold bigint not null,
  primary key (slot, product_id)
) partition by list (slot);
create table documents_a partition of documents for values in (0);
create table documents_b partition of documents for values in (1);
create index documents_words on documents using gin (words) with (gin_pending_list_limit = 1024);
create index documents_title on documents using gin (title gin_trgm_ops) with (gin_pending_list_limit = 1024);
create index documents_facets on documents using gin (facets) with (gin_pending_list_limit = 1024);
create index documents_categories on documents using gin (categories) with (gin_pending_list_limit = 1024);
create index documents_best_selling on documents (sold, product_id);
create index documents_newest on documents (created_at, product_id);
create index documents_price on documents (price_min, product_id);

-- The newest version heard of each product, also of those that are not shown or are gone.
create table product_versions (
  product_id text collate "C" primary key,
  version bigint not null
);

-- What is known of a variant, whichever of its product, its stock and its sales is heard of first.
create table variants (
  variant_id text collate "C" primary key,
  product_id text collate "C",
  state text check (state in ('in-stock', 'low', 'out')),
  stock_version bigint,
  sold bigint not null default 0
) with (fillfactor = 80);
create index variants_product on variants (product_id);

-- Only added to while orders come in, so that buyers of one thing never wait for each other; counted by a job.
create table sales (
  id bigint generated always as identity primary key,
  variant_id text collate "C" not null,
  quantity bigint not null
);

create table categories (
  id text collate "C" primary key,
  name text not null,
  handle text not null,
  parent_id text collate "C",
  -- When the product changed that told the name: an older one does not bring an old name back.
  as_of timestamptz not null
);
create index categories_parent on categories (parent_id);

-- The vocabulary of titles, vendors, types and tags: what a mistyped word may have meant.
-- Swapped letters leave few trigrams alike, so they are found by the letters in order of the alphabet.
create function letters_of(word text) returns text
language sql immutable strict parallel safe
return array_to_string(array(select letter from unnest(string_to_array(word, null)) as l(letter)
  order by letter collate "C"), '');

create table words (
  word text collate "C" primary key,
  letters text collate "C" not null generated always as (letters_of(word)) stored
);
create index words_similar on words using gin (word gin_trgm_ops);
create index words_letters on words (letters);

-- How well words fit. A single expression, so that the planner puts it into the statement that uses it.
create function relevance(words tsvector, query tsquery, sold bigint, availability text) returns bigint
language sql immutable parallel safe
return (1000000 * ts_rank(words, query) * (1 + 0.05 * ln(1 + sold::float8))
  * case availability when 'out' then 0.6 else 1 end)::bigint;
