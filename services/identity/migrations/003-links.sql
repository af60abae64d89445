-- What a mail's link allows, once: the row is gone when it was used. Nothing of its token is stored.
create table links (
  id text collate "C" primary key,
  purpose text not null check (purpose in ('reset-password', 'verify-email', 'accept-invitation')),
  account_id text collate "C" not null references users on delete cascade,
  -- To which it was sent: a link to an address that is no longer the account's proves nothing.
  email text not null,
  expires_at timestamptz not null
);
create index links_by_account on links (account_id, purpose);
create index links_by_end on links (expires_at);

-- Tries of late at what is worth guessing or repeating, by kind and by whom. It takes the place of sign_in_attempts,
-- which only older processes still use.
create table attempts (
  kind text not null,
  key text not null,
  at timestamptz[] not null,
  last_at timestamptz not null,
  primary key (kind, key)
);
create index attempts_by_time on attempts (kind, last_at);
