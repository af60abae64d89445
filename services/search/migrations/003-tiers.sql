-- Products are drawn by lot into tiers: one in 256, in 64, in 16, in 4, and the others. Each tier has an index of its own, so
-- that a search for what many products have finds enough of them in a small one, and never marks all the places of a large one.
create function tier_of(product_id text) returns integer
language sql immutable strict parallel safe
return width_bucket(('x' || left(md5(product_id), 2))::bit(8)::integer, array[1, 4, 16, 64]);

-- Words of titles, vendors and types.
create function naming(words tsvector) returns tsvector
language sql immutable strict parallel safe
return ts_filter(words, '{a,b}');

do $$ begin
  for tier in 0 .. 4 loop
    execute format('create index documents_tier_%s on documents using gin (words, naming(words), categories, facets)
      with (gin_pending_list_limit = 1024) where tier_of(product_id) = %s', tier, tier);
  end loop;
end $$;

drop index documents_words;
drop index documents_title;
drop index documents_facets;
drop index documents_categories;

-- A word that may be unfinished, as the beginning of words. Of one that is made of several, such as "t-shi", the whole is a
-- beginning, or else the last part, as in "sku-1234"; a short last part is finished, as very many words begin with it.
create function beginning(word text) returns tsquery
language sql immutable strict parallel safe
return regexp_replace(
  regexp_replace(
    regexp_replace(
      to_tsquery('plain', '''' || replace(replace(word, '\', ''), '''', '''''') || ''':*')::text,
      '^(''[^''-]+-[^'']*'':\*) <-> .*', '\1'),
    ':\* <->', ' <->', 'g'),
  '( <-> ''-?[^'']{1,2}''):\*$', '\1')::tsquery;
