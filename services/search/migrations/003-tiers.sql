-- Products are drawn by lot into tiers: one in 256, one in 16, and the others. Each tier has an index of its own, so that
-- a search for what many products have finds enough of them in a small one, and never marks all the places of a large one.
create function tier_of(product_id text) returns integer
language sql immutable strict parallel safe
return case when left(md5(product_id), 2) = '00' then 0 when left(md5(product_id), 1) = '0' then 1 else 2 end;

-- Words of titles, vendors and types.
create function naming(words tsvector) returns tsvector
language sql immutable strict parallel safe
return ts_filter(words, '{a,b}');

create index documents_tier_0 on documents using gin (words, naming(words), categories, facets)
  with (gin_pending_list_limit = 1024) where tier_of(product_id) = 0;
create index documents_tier_1 on documents using gin (words, naming(words), categories, facets)
  with (gin_pending_list_limit = 1024) where tier_of(product_id) = 1;
create index documents_tier_2 on documents using gin (words, naming(words), categories, facets)
  with (gin_pending_list_limit = 1024) where tier_of(product_id) = 2;

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
