-- The sandbox gateway's own books. It plays a foreign company: nothing else reads or writes them.
create table sandbox_tokens (
  token text collate "C" primary key,
  outcome text not null,
  last4 text not null check (length(last4) = 4),
  expires_at timestamptz not null
);
create index sandbox_tokens_expiry on sandbox_tokens (expires_at);

create table sandbox_holds (
  reference text collate "C" primary key,
  outcome text not null,
  state text not null check (state in ('held', 'declined', 'challenge', 'captured', 'voided')),
  amount bigint not null,
  currency text not null,
  -- A late approval counts from here on.
  held_from timestamptz not null,
  challenge_id text collate "C" unique,
  challenge_until timestamptz,
  return_url text not null,
  refunded bigint not null default 0 check (refunded <= amount)
) with (fillfactor = 80);

create table sandbox_refunds (
  refund_id text collate "C" primary key,
  reference text collate "C" not null references sandbox_holds,
  amount bigint not null
);
