alter table imports add column created integer not null default 0;
alter table imports add column changed integer not null default 0;
