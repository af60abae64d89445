-- What the room is for; neither means all that the shop sells.
alter table waiting_room add column product_ids text[] collate "C";
alter table waiting_room add column category_ids text[] collate "C";
