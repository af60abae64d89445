import type { Handler } from '@rialto/kit/service'
import type { search } from './contract.ts'
import { findSuggestions } from './hit-store.ts'
import { askedWords, textQuery } from './query.ts'

export const suggest: Handler<typeof search.suggest> = async ({ q, limit = 8 }, { database, now }) => {
  const text = textQuery(askedWords(q))
  return { items: text === undefined ? [] : await findSuggestions(database, text, limit, now()) }
}
