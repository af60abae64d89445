-- The tables of better-auth under our names. It writes `users`, `sessions` and `accounts` through auth-store.ts.
create table users (
  id text collate "C" primary key,
  email text not null constraint users_email_key unique check (email = lower(btrim(email))),
  email_verified boolean not null default false,
  name text not null,
  image text,
  role text not null check (role in ('customer', 'staff')),
  permissions jsonb not null default '[]',
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- The kind of account shows in its id, so that no id can be taken for one of the other kind.
  check ((role = 'staff') = starts_with(id, 'staff_'))
);
create index users_by_role on users (role, id);

create table sessions (
  id text collate "C" primary key,
  user_id text collate "C" not null references users on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index sessions_by_user on sessions (user_id);

-- How a user can sign in: one row with a password hash, later one for each outside provider.
create table accounts (
  id text collate "C" primary key,
  user_id text collate "C" not null references users on delete cascade,
  provider_id text not null,
  account_id text not null,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (provider_id, account_id)
);
create index accounts_by_user on accounts (user_id);

create table addresses (
  id text collate "C" primary key,
  owner_id text collate "C" not null references users on delete cascade,
  address jsonb not null,
  is_default boolean not null,
  version integer not null default 1
);
create index addresses_by_owner on addresses (owner_id, id);
create unique index addresses_one_default on addresses (owner_id) where is_default;

-- Wrong passwords of late, by e-mail, whether an account has it or not.
create table sign_in_attempts (
  email text primary key,
  at timestamptz[] not null,
  last_at timestamptz not null
);
create index sign_in_attempts_by_time on sign_in_attempts (last_at);
