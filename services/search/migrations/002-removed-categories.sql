-- A category that is gone, and which an older product that is heard of later must not bring back.
create table removed_categories (
  id text collate "C" primary key
);
