create extension if not exists pg_trgm;
create index users_name_part on users using gin (name gin_trgm_ops);
create index users_email_part on users using gin (email gin_trgm_ops);
