-- A guest's cart whose things are in a customer's since: an order that was made from it may be heard of later.
create table joined_carts (
  id text collate "C" primary key,
  owner_id text collate "C" not null,
  at timestamptz not null
);
create index joined_carts_at on joined_carts (at);
