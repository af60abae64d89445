-- A second factor by codes that change with time. It counts once it was confirmed by a first code.
create table second_factors (
  account_id text collate "C" primary key references users on delete cascade,
  -- Encrypted by a key that is not in this database.
  secret text not null,
  confirmed_at timestamptz,
  -- The step of time whose code was used last: no code works twice.
  last_step bigint not null default 0
);

-- Codes for who has lost the device, each for one use: their hashes.
create table recovery_codes (
  account_id text collate "C" not null references second_factors on delete cascade,
  hash text not null,
  primary key (account_id, hash)
);
