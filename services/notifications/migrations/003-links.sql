-- The link that the message is about. Its token stands in no message that is kept; it is put in on the way out.
alter table deliveries add column link_id text collate "C";
