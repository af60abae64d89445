create table locations (
  id text collate "C" primary key,
  name text not null
);
-- The one every shop starts with. Its id is known to the code, so no statement has to look it up.
insert into locations (id, name) values ('loc_00000000000000000000000001', 'Warehouse');

create table stock (
  variant_id text collate "C" not null,
  location_id text collate "C" not null references locations,
  tracked boolean not null default true,
  backorder boolean not null default false,
  removed boolean not null default false,
  free bigint not null default 0,
  reserved bigint not null default 0 check (reserved >= 0),
  sold bigint not null default 0 check (sold >= 0),
  received bigint not null default 0,
  low_from integer not null default 5,
  version bigint not null default 1,
  state text not null generated always as (
    case
      when removed then 'out'
      when not tracked then 'in-stock'
      when backorder then case when free > -9999 then 'in-stock' else 'out' end
      when free <= 0 then 'out'
      when free <= low_from then 'low'
      else 'in-stock'
    end) stored,
  primary key (variant_id, location_id),
  constraint nothing_gets_lost check (received = free + reserved + sold),
  constraint never_oversold check (free >= case when backorder then -9999 else 0 end)
) with (fillfactor = 80);
create index stock_by_state on stock (state, variant_id) where not removed;

-- The ledger: only ever added to. What a movement does to the balance follows from its kind (see stock.ts).
create table movements (
  variant_id text collate "C" not null,
  location_id text collate "C" not null references locations,
  id text collate "C" not null,
  kind text not null check (kind in ('receive', 'adjust', 'count', 'reserve', 'release', 'commit', 'return')),
  quantity bigint not null check (quantity <> 0),
  reason text,
  reference text,
  at timestamptz not null,
  primary key (variant_id, id)
);

-- One row per checkout, also for those that only ever released: it keeps a late reserve from holding again.
create table reservations (
  checkout_id text collate "C" primary key,
  status text not null check (status in ('held', 'expired', 'released', 'committed', 'cancelled')),
  lines jsonb not null,
  expires_at timestamptz,
  at timestamptz not null
) with (fillfactor = 80);
create index reservations_due on reservations (expires_at) where status = 'held';
