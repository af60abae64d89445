-- Ids sort by time, so the newest messages are found by id alone.
drop index deliveries_newest;
drop index deliveries_recipient;
create index deliveries_recipient on deliveries (recipient, id);
