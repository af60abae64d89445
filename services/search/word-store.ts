import type { Queries } from '@rialto/kit/database'

/**
 * For each mistyped word the one that was probably meant, undefined for the others. A word is right when the
 * vocabulary has it or its stem, or, for the last one, a word that begins so.
 */
export async function correctWords(
  queries: Queries,
  words: readonly string[],
): Promise<(string | undefined)[]> {
  const rows = await queries.rows<{ meant: string | null }>`
    with typed as (
      select position, unaccent(lower(given)) as word, position = ${words.length} as last
      from unnest(${words}::text[]) with ordinality as g(given, position)),
    doubted as materialized (
      select position, word, length(word) between 3 and 30 and word !~ '[0-9]'
          and ts_lexize('english_stem', word) <> '{}'
          and not exists (select from words v where v.word = typed.word)
          and not (last and exists (select from words v
            where v.word > typed.word collate "C" and v.word < (typed.word || chr(1114111)) collate "C"))
        as doubtful
      from typed)
    select candidate.word as meant from doubted d left join lateral (
      select near.word from (
        (select word, 1 as distance from words where letters = letters_of(d.word) order by word limit 20)
        union all
        (select word, levenshtein(word, d.word) as distance from words where word % d.word
          order by similarity(word, d.word) desc, word limit 20)) as near
      where d.doubtful and near.distance <= case when length(d.word) < 5 then 1 else 2 end
        and ts_lexize('english_stem', near.word) <> ts_lexize('english_stem', d.word)
      order by near.distance, similarity(near.word, d.word) desc, near.word limit 1
    ) as candidate on true
    order by d.position`
  return rows.map(({ meant }) => meant ?? undefined)
}
