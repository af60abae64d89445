-- When a session was last used, to some minutes; `updated_at` tells when it was last renewed.
alter table sessions add column used_at timestamptz;
