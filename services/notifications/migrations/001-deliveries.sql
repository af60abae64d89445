create table deliveries (
  id text collate "C" primary key,
  channel text not null check (channel in ('email')),
  template text not null,
  -- What the message is about, such as an order: one message per template, channel and subject of it.
  about text not null,
  recipient text not null,
  subject text not null,
  html text not null,
  text text not null,
  status text not null check (status in ('queued', 'sent', 'failed')),
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null,
  sent_at timestamptz,
  constraint deliveries_once unique (template, about, channel)
);
create index deliveries_newest on deliveries (created_at, id);
create index deliveries_recipient on deliveries (recipient, created_at, id);
