import type { Handler } from '@rialto/kit/service'
import type { search } from './contract.ts'
import { suggestTitles } from './hit-store.ts'
import { textOf } from './query.ts'

export const suggest: Handler<typeof search.suggest> = async ({ q, limit = 8 }, { database }) => {
  const text = textOf(q)
  return { items: text ? await suggestTitles(database, text, limit) : [] }
}
