-- Who changed what about whom, and when. Names of fields, and permissions; of people nothing but ids.
create table audit (
  id text collate "C" primary key,
  at timestamptz not null,
  actor_id text collate "C" not null,
  action text not null,
  subject_id text collate "C" not null,
  fields jsonb not null default '[]',
  permissions_before jsonb,
  permissions_after jsonb
);
create index audit_by_subject on audit (subject_id, id);
create index audit_by_actor on audit (actor_id, id);
