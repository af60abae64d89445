-- Named sets of permissions. What somebody may do is kept with the account, and made anew when a role changes.
create table roles (
  id text collate "C" primary key,
  name text not null constraint roles_name_key unique,
  permissions jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create table staff_roles (
  account_id text collate "C" not null references users on delete cascade,
  role_id text collate "C" not null references roles,
  primary key (account_id, role_id)
);
create index staff_roles_by_role on staff_roles (role_id);

-- What a staff member was given besides by roles. Absent of those who have had no role: then it is all they may do.
alter table users add column granted jsonb;
