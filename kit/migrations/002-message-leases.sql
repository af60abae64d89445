-- Until it is due, the replica that wrote an event passes it on; after that anyone does: it may have died.
alter table rialto.outbox
  add column due_at timestamptz not null default now(),
  add column attempts integer not null default 0,
  add column last_error text;
create index outbox_due on rialto.outbox (due_at, id);

-- A message that could not be read, as it came.
alter table rialto.inbox add column raw text;
