-- Whoever is erased takes along what is known of carts that joined theirs.
create index joined_carts_owner on joined_carts (owner_id);
