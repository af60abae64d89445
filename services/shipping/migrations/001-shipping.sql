create table delivery_methods (
  id text collate "C" primary key,
  -- Name, zone, rate and times, as the contract names them.
  details jsonb not null,
  version bigint not null default 1,
  -- Removed ones stay: a shop without methods by choice is not a new shop.
  removed_at timestamptz
);

create table shipments (
  id text collate "C" primary key,
  order_id text collate "C" not null,
  fulfilment_id text collate "C" not null unique,
  carrier text not null,
  tracking_number text not null,
  status text not null check (status in ('created', 'in-transit', 'delivered', 'lost')),
  created_at timestamptz not null,
  delivered_at timestamptz,
  version bigint not null default 1,
  check ((status = 'delivered') = (delivered_at is not null))
);
create index shipments_order on shipments (order_id);
