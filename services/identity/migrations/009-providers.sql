-- How a customer signs in elsewhere stands in `accounts`: the provider's issuer, and the person's id there.

-- What a sign-in of two steps remembers in between travels with the browser, sealed. Here is what was used already.
create table used_tickets (
  id text collate "C" primary key,
  expires_at timestamptz not null
);
create index used_tickets_by_end on used_tickets (expires_at);
