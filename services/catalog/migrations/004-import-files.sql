-- The uploaded files, in parts: any replica can go on with an import, wherever the upload came in.
create table import_files (
  import_id text not null,
  position integer not null,
  bytes bytea not null,
  stored_at timestamptz not null,
  primary key (import_id, position)
);
-- To compress them costs more time than the disk space is worth for a few days.
alter table import_files alter column bytes set storage external;
