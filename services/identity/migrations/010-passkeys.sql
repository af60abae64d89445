-- Keys on people's devices by which they sign in (WebAuthn): the public half.
create table passkeys (
  id text collate "C" primary key,
  account_id text collate "C" not null references users on delete cascade,
  name text not null,
  credential_id text not null constraint passkeys_credential_id_key unique,
  public_key text not null,
  -- How often the device says that it was used; 0 where it does not count.
  counter bigint not null,
  transports jsonb not null default '[]',
  created_at timestamptz not null,
  used_at timestamptz
);
create index passkeys_by_account on passkeys (account_id, id);

-- Whether a session began with more than a password or a provider: with a passkey, or with a code as well.
alter table sessions add column is_strong boolean not null default false;
