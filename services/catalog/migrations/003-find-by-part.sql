create index products_handle_part on products using gin (handle gin_trgm_ops);
create index variants_sku_part on variants using gin (sku gin_trgm_ops);
