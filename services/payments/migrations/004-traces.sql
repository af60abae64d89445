-- The trace in which the payment began: what its gateway tells later on links to it.
alter table payments add column traceparent text;
