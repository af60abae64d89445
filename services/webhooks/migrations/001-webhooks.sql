create table webhooks (
  id text collate "C" primary key,
  url text not null,
  event_types text[] not null,
  description text,
  -- The newest first, encrypted; older ones with the time until which they still sign.
  secrets jsonb not null,
  -- Nothing is sent to one that is disabled.
  disabled_because text check (disabled_because in ('staff', 'gone', 'failing')),
  -- In a row, since the last delivery that was taken.
  failures integer not null default 0,
  failing_since timestamptz,
  -- One that fails again and again is left alone for a while, each time longer.
  pauses integer not null default 0,
  paused_until timestamptz,
  created_at timestamptz not null,
  version bigint not null default 1
);

-- What is sent, once for all who want it.
create table messages (
  id text collate "C" primary key,
  type text not null,
  body text not null,
  kept_at timestamptz not null
);
create index messages_kept on messages (kept_at);

create table deliveries (
  id text collate "C" primary key,
  webhook_id text collate "C" not null references webhooks on delete cascade,
  message_id text collate "C" not null references messages on delete cascade,
  type text not null,
  status text not null check (status in ('queued', 'delivered', 'failed', 'skipped')),
  -- When it is sent next; while it is being sent, when others may take it over.
  due_at timestamptz not null,
  -- Since when, and how often, it was tried since it was last put into the queue.
  queued_at timestamptz not null,
  tries integer not null default 0,
  -- How often it was ever tried.
  attempts integer not null default 0,
  created_at timestamptz not null,
  delivered_at timestamptz,
  last_status integer,
  last_error text,
  constraint deliveries_once unique (webhook_id, message_id)
);
create index deliveries_due on deliveries (webhook_id, due_at) where status = 'queued';
create index deliveries_newest on deliveries (webhook_id, id);
create index deliveries_message on deliveries (message_id);

create table attempts (
  delivery_id text collate "C" not null references deliveries on delete cascade,
  number integer not null,
  at timestamptz not null,
  duration_ms integer not null,
  status integer,
  error text,
  response text,
  primary key (delivery_id, number)
);
