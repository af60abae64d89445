-- One row per attempt to buy, written before any peer is asked. `step` is where a resumed checkout goes on;
-- steps in between are not kept, for doing them again changes nothing.
create table checkouts (
  id text collate "C" primary key,
  owner_id text collate "C" not null,
  idempotency_key text collate "C" not null,
  request_hash text not null,
  step text not null check (step in ('reserve', 'ask', 'act', 'undo', 'confirmed', 'failed')),
  draft jsonb not null,
  payment jsonb,
  redirect_url text,
  failure jsonb,
  reserved_until timestamptz,
  captured bigint not null default 0 check (captured >= 0),
  order_id text collate "C" unique,
  order_number text,
  resumes integer not null default 0,
  wake_at timestamptz,
  version bigint not null default 1,
  created_at timestamptz not null,
  constraint one_per_key unique (owner_id, idempotency_key),
  constraint confirmed_has_order check ((step = 'confirmed') = (order_id is not null)),
  constraint failure_has_reason check (step not in ('undo', 'failed') or failure is not null),
  constraint open_is_watched check ((step in ('confirmed', 'failed')) = (wake_at is null))
) with (fillfactor = 80);
create index checkouts_by_wake_at on checkouts (wake_at) where wake_at is not null;

-- Statuses follow from the other fields (order.ts) and are kept to be listed by.
create table orders (
  id text collate "C" primary key,
  number text collate "C" not null constraint number_is_unique unique,
  checkout_id text collate "C" not null constraint one_per_checkout unique,
  cart_id text collate "C" not null,
  owner_id text collate "C" not null,
  email text not null,
  status text not null check (status in ('processing', 'shipped', 'delivered', 'cancelled')),
  payment_status text not null
    check (payment_status in ('authorized', 'paid', 'partially-refunded', 'refunded', 'voided')),
  fulfilment_status text not null
    check (fulfilment_status in ('none', 'partial', 'packed', 'shipped', 'delivered')),
  currency text not null,
  total bigint not null check (total >= 0),
  captured bigint not null check (captured >= 0),
  refunded bigint not null check (refunded >= 0),
  lines jsonb not null,
  details jsonb not null,
  fulfilments jsonb not null default '[]',
  refunds jsonb not null default '[]',
  timeline jsonb not null,
  placed_at timestamptz not null,
  cancelled_at timestamptz,
  cancel_reason text,
  version bigint not null,
  constraint never_more_back_than_paid check (refunded <= captured)
) with (fillfactor = 80);
create index orders_by_owner on orders (owner_id, placed_at desc, id desc);
create index orders_by_time on orders (placed_at desc, id desc);
create index orders_by_status on orders (status, placed_at desc, id desc);
create index orders_by_email on orders (lower(email), placed_at desc, id desc);
