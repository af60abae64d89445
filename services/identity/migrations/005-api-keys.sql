-- Keys by which machines act for the shop. They die with whoever made them.
create table api_keys (
  id text collate "C" primary key,
  owner_id text collate "C" not null references users on delete cascade,
  name text not null,
  -- How the key begins, by which a person recognises it.
  prefix text not null,
  -- SHA-256 of the key: it is random and long, so a slow hash would add nothing.
  hash text not null unique,
  permissions jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  used_at timestamptz
);
create index api_keys_by_owner on api_keys (owner_id, id);
