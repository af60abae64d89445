import { wordsOf } from './document.ts'

export interface Asked {
  readonly q?: string
  readonly category?: string
  readonly filters?: readonly string[]
  readonly minPrice?: number
  readonly maxPrice?: number
  readonly inStock?: boolean
  readonly sort?: Sort
}

export type Sort = 'relevance' | 'newest' | 'price-ascending' | 'price-descending' | 'best-selling'

/** A facet of which values were chosen: any of them will do. */
export interface Chosen {
  readonly name: string
  readonly pairs: readonly string[]
}

/** Groups `Name:Value` filters by name. */
export function chosenFacets(filters: readonly string[] = []): Chosen[] {
  const names = Map.groupBy(new Set(filters), (pair) => pair.slice(0, pair.indexOf(':')))
  return [...names].map(([name, pairs]) => ({ name, pairs }))
}

const wordsLimit = 12

/**
 * The words as a tsquery in which all must occur and the last one may be unfinished. Words hold letters and
 * digits only, so none can be an operator. Undefined when nothing is asked.
 */
export function textQuery(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined
  return words.map((word, index) => (index === words.length - 1 ? `(${word} | ${word}:*)` : word)).join(' & ')
}

export function askedWords(q = ''): string[] {
  return wordsOf(q).slice(0, wordsLimit)
}

/** Without words there is no relevance: then the newest come first. */
export function sortOf({ sort, q }: Asked): Sort {
  const bySort = sort ?? 'relevance'
  return bySort === 'relevance' && askedWords(q).length === 0 ? 'newest' : bySort
}
