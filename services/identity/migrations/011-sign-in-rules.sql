-- What the shop demands of whoever signs in: one row.
create table sign_in_rules (
  is_only boolean primary key default true check (is_only),
  staff_need_second_factor boolean not null default false,
  version integer not null default 1
);
insert into sign_in_rules default values;
