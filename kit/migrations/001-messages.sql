-- Events on their way out: written with the change they tell of, removed once the carrier has them.
create table rialto.outbox (
  id text collate "C" primary key,
  name text not null,
  version integer not null,
  aggregate_id text not null,
  aggregate_version bigint not null,
  data jsonb not null,
  at timestamptz not null,
  traceparent text
);

-- Events that came in (kept for a while to recognise repeats) and jobs this service gave itself.
create table rialto.inbox (
  id text collate "C" primary key,
  kind text not null check (kind in ('event', 'job')),
  name text not null,
  version integer not null,
  aggregate_id text not null,
  aggregate_version bigint not null,
  source text not null,
  data jsonb,
  at timestamptz not null,
  traceparent text,
  state text not null check (state in ('waiting', 'done', 'dead')),
  due_at timestamptz not null,
  attempts integer not null default 0,
  last_error text
);
create index inbox_due on rialto.inbox (due_at) where state = 'waiting';
create index inbox_dead on rialto.inbox (at) where state = 'dead';
create index inbox_done on rialto.inbox (due_at) where state = 'done';

-- Answers under idempotency keys.
create table rialto.idempotency (
  actor text not null,
  operation text not null,
  key text not null,
  body_hash text not null,
  state text not null check (state in ('running', 'done')),
  result jsonb,
  at timestamptz not null,
  primary key (actor, operation, key)
);
create index idempotency_at on rialto.idempotency (at);
