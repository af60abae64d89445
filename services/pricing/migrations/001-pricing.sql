-- What the catalog last said of each product. A removed one stays, so that a late message does not revive it.
create table products (
  product_id text collate "C" primary key,
  version bigint not null
);

create table variant_prices (
  variant_id text collate "C" primary key,
  product_id text collate "C" not null references products,
  category_ids text[] collate "C" not null,
  price bigint not null check (price >= 0),
  compare_at bigint,
  currency text collate "C" not null,
  tax_class text not null
);
create index variant_prices_product on variant_prices (product_id);

create table promotions (
  id text collate "C" primary key,
  coupon text collate "C",
  -- Label, action and conditions, as the contract names them.
  terms jsonb not null,
  priority integer not null,
  starts_at timestamptz,
  ends_at timestamptz,
  usage_limit bigint,
  usage_limit_per_shopper integer,
  used bigint not null default 0,
  version bigint not null default 1,
  removed_at timestamptz,
  constraint promotions_used_within_limit check (used >= 0 and used <= usage_limit)
);
create unique index promotions_coupon on promotions (coupon) where removed_at is null;
create index promotions_automatic on promotions (priority desc, id) where coupon is null and removed_at is null;

-- One row per checkout that redeemed or released: it counts once, and after its release never again.
create table redeemed_checkouts (
  checkout_id text collate "C" primary key,
  released boolean not null
);

create table redemptions (
  checkout_id text collate "C" not null references redeemed_checkouts,
  promotion_id text collate "C" not null references promotions,
  shopper_id text collate "C" not null,
  released boolean not null default false,
  primary key (checkout_id, promotion_id)
);
create index redemptions_shopper on redemptions (promotion_id, shopper_id) where not released;

create table tax_rates (
  country text collate "C" not null,
  tax_class text collate "C" not null,
  percent numeric(7, 4) not null check (percent between 0 and 100),
  name text not null,
  primary key (country, tax_class)
);

-- Rates to start with; staff set those that apply to the shop.
insert into tax_rates (country, tax_class, percent, name)
select country, tax_class, percent, name
from (values
    ('AT', 20, 10), ('BE', 21, 6), ('CH', 8.1, 2.6), ('DE', 19, 7), ('DK', 25, 25), ('ES', 21, 10),
    ('FR', 20, 5.5), ('GB', 20, 5), ('IE', 23, 13.5), ('IT', 22, 10), ('NL', 21, 9), ('PL', 23, 8),
    ('PT', 23, 6), ('SE', 25, 12), ('US', 0, 0)
  ) as countries (country, standard, reduced),
  lateral (values
    ('standard', standard, 'VAT'), ('reduced', reduced, 'Reduced VAT'), ('zero', 0, 'No VAT')
  ) as classes (tax_class, percent, name);
