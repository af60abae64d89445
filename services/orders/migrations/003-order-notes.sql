-- What staff tell each other about an order. Shoppers read the order, and never this.
create table order_notes (
  id text collate "C" primary key,
  order_id text collate "C" not null references orders,
  text text not null,
  author_id text collate "C" not null,
  at timestamptz not null
);
create index order_notes_by_order on order_notes (order_id, id);
