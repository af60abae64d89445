create table carts (
  id text collate "C" primary key,
  owner_id text collate "C" not null constraint one_cart_per_owner unique,
  country text,
  address jsonb,
  email text,
  delivery_method_id text collate "C",
  coupons text[] not null default '{}' check (cardinality(coupons) <= 10),
  note text,
  version integer not null,
  -- Keys of the last additions: one that is repeated after its answer got lost must not add again.
  done_keys text[] not null default '{}',
  updated_at timestamptz not null
) with (fillfactor = 80);
create index carts_updated_at on carts (updated_at);

-- The shop's words and price at the time of adding: shown when the variant is gone, or has become dearer.
create table cart_items (
  cart_id text collate "C" not null references carts on delete cascade,
  variant_id text collate "C" not null,
  quantity integer not null check (quantity between 1 and 9999),
  title text not null,
  variant_title text not null,
  handle text not null,
  unit_price bigint not null,
  currency text not null,
  added_at timestamptz not null,
  primary key (cart_id, variant_id)
) with (fillfactor = 80);
