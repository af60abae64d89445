-- One payment per checkout. A row with an empty gateway is a checkout that was given up before it came to pay.
create table payments (
  id text collate "C" primary key,
  checkout_id text collate "C" not null unique,
  gateway text not null,
  status text not null check (status in ('authorizing', 'action-required', 'unknown', 'authorized', 'declined',
    'captured', 'partially-refunded', 'refunded', 'voided')),
  -- What the shop wants of it; it only moves from left to right.
  wanted text not null default 'hold' check (wanted in ('hold', 'capture', 'release')),
  amount bigint not null check (amount >= 0),
  currency text not null,
  captured bigint not null default 0,
  refunded bigint not null default 0,
  -- On its way back to the shopper: asked of the gateway, not confirmed yet.
  refunding bigint not null default 0 check (refunding >= 0),
  decline_reason text,
  decline_field text,
  redirect_url text,
  -- When to take it up again, while something about it is open; and how often that was done.
  ask_at timestamptz,
  asks integer not null default 0,
  created_at timestamptz not null,
  version bigint not null default 1,
  constraint never_refunded_above_captured check (refunded + refunding <= captured),
  constraint never_captured_above_authorized check (captured <= amount)
) with (fillfactor = 70);
create index payments_open on payments (ask_at) where ask_at is not null;
create index payments_by_status on payments (status, id);

create table refunds (
  id text collate "C" primary key,
  payment_id text collate "C" not null references payments,
  amount bigint not null check (amount >= 0),
  currency text not null,
  status text not null check (status in ('waiting', 'sent', 'done', 'failed')),
  -- The shop gives all of it back, because the checkout or order is dead; nobody asked for it by this id.
  give_back boolean not null default false,
  reason text,
  at timestamptz not null
);
create index refunds_by_payment on refunds (payment_id);

-- Double entry, only ever added to. A posting is `authorize`, `capture`, `void` or the id of a refund.
create table ledger_entries (
  payment_id text collate "C" not null references payments,
  posting text collate "C" not null,
  account text collate "C" not null check (account in ('customer', 'authorized', 'gateway', 'revenue', 'refunds')),
  id text collate "C" not null,
  debit bigint not null check (debit >= 0),
  credit bigint not null check (credit >= 0),
  currency text not null,
  kind text not null check (kind in ('authorize', 'capture', 'void', 'refund')),
  at timestamptz not null,
  primary key (payment_id, posting, account),
  check ((debit = 0) <> (credit = 0))
);

create function refuse_unbalanced() returns trigger language plpgsql as $$
begin
  if exists (select from added group by payment_id, posting, currency having sum(debit) <> sum(credit)) then
    raise exception 'a posting does not balance' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger postings_balance after insert on ledger_entries
  referencing new table as added for each statement execute function refuse_unbalanced();

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is only ever added to' using errcode = 'check_violation';
end $$;
create trigger ledger_stays before update or delete or truncate on ledger_entries
  for each statement execute function refuse_change();

-- Notifications of gateways, each once. What holds is asked of the gateway, so their content is not kept.
create table webhooks (
  gateway text collate "C" not null,
  id text collate "C" not null,
  reference text not null,
  at timestamptz not null,
  processed_at timestamptz,
  primary key (gateway, id)
);
