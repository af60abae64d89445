-- There is one waiting room at most.
create table waiting_room (
  single boolean primary key default true check (single),
  id text collate "C" not null,
  waits_from timestamptz not null,
  opens_at timestamptz not null,
  ends_at timestamptz not null,
  per_minute integer not null check (per_minute > 0),
  pass_minutes integer not null check (pass_minutes > 0),
  version bigint not null
);
