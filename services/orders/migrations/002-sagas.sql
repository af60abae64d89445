-- What an operator sees of a checkout: what was done of each step, what it waits for, and since when. A confirmed
-- checkout is watched on until its money is known to be charged.
alter table checkouts
  add column steps jsonb not null default '[]',
  add column waits_for text,
  add column since timestamptz,
  -- The cart while it is being bought, then the very state of it that was bought: neither is bought twice.
  add column cart_key text collate "C" constraint one_per_cart unique,
  drop constraint open_is_watched;
alter table checkouts add constraint open_is_watched
  check (case when step = 'failed' then wake_at is null else step = 'confirmed' or wake_at is not null end);
update checkouts set since = created_at;

-- Keys of requests that found their cart being bought already: repeated, they find the same checkout.
create table checkout_keys (
  owner_id text collate "C" not null,
  idempotency_key text collate "C" not null,
  request_hash text not null,
  checkout_id text collate "C" not null references checkouts,
  primary key (owner_id, idempotency_key)
);

-- Cancellations and refunds, step by step, in the shape of checkouts.
create table sagas (
  id text collate "C" primary key,
  kind text not null check (kind in ('cancellation', 'refund')),
  order_id text collate "C" not null references orders,
  checkout_id text collate "C" not null,
  amount bigint not null,
  currency text not null,
  step text not null check (step in ('goods', 'money', 'done', 'failed')),
  steps jsonb not null default '[]',
  waits_for text,
  since timestamptz not null,
  failure text,
  resumes integer not null default 0,
  wake_at timestamptz,
  version bigint not null default 1,
  created_at timestamptz not null,
  constraint open_is_watched check ((step in ('done', 'failed')) = (wake_at is null)),
  constraint failure_has_reason check (step <> 'failed' or failure is not null)
) with (fillfactor = 80);
create index sagas_by_time on sagas (substr(id, 5) desc);
create index sagas_by_wake_at on sagas (wake_at) where wake_at is not null;
create index sagas_by_checkout on sagas (checkout_id) where wake_at is not null;

-- Who of the staff stepped in, and where the saga stood before and after.
create table saga_actions (
  id text collate "C" primary key,
  saga_id text collate "C" not null,
  action text not null check (action in ('retry', 'skip', 'compensate')),
  outcome text check (outcome in ('approved', 'declined')),
  note text,
  done_by text not null,
  step_before text not null,
  step_after text,
  at timestamptz not null
);
create index saga_actions_by_saga on saga_actions (saga_id, id);

-- The watchdog is no row any more that could be lost.
delete from rialto.inbox where kind = 'job' and name = 'wake-checkouts';
