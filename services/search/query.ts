import type { Input } from '@rialto/kit/contract'
import { decodeCursor, encodeCursor } from '@rialto/kit/paging'
import { invalidInput } from '@rialto/kit/problem'
import type { search } from './contract.ts'

/** More matches than these are neither counted, ranked nor sorted: what is asked of a large shop costs no more than of a small one. */
export const countLimit = 1_000
/** So many of the best-selling products are always looked through for words. */
export const bestLimit = 500
/** So many of the best-selling products are looked through for titles that look like what was typed. */
export const alikeLimit = 2_000

/** With a short beginning after other words, so many products that have those are looked through for it. */
export const triedLimit = 5_000
/** A search as it was asked for, put in order. */
export interface Query {
  readonly text?: Text
  /** Set when nothing matched as it was typed: what it may have meant, and titles that look like it. */
  readonly loose?: Loose
  readonly category?: string
  /** The chosen values of each facet: one of them must hold. */
  readonly chosen: ReadonlyMap<string, readonly string[]>
  readonly minPrice?: number
  readonly maxPrice?: number
  readonly inStock: boolean
  readonly sort: Sort
  readonly limit: number
}

export interface Loose {
  readonly typed: string
  readonly corrected?: Text
}

/** Words typed into the box. The last one may be unfinished, unless it is part of a phrase or excluded. */
export interface Text {
  readonly typed: string
  readonly head: string
  readonly last?: string
}

/** The order of the items. Without words to be relevant to, the newest come first. */
export type Sort = NonNullable<Input<typeof search.searchProducts>['sort']>

/** Where a page ended. It carries the total, which is counted for the first page only. */
export interface Cursor {
  readonly sort: Sort
  readonly loose: boolean
  readonly total: number
  readonly value: string | number
  readonly id: string
}

export function queryOf(input: Input<typeof search.searchProducts>): Query {
  const text = textOf(input.q ?? '')
  const { category, minPrice, maxPrice, inStock = false, limit = 20 } = input
  const sort = input.sort ?? 'relevance'
  return {
    text,
    category,
    chosen: chosenOf(input.filters ?? []),
    minPrice,
    maxPrice,
    inStock,
    sort: sort === 'relevance' && !text ? 'newest' : sort,
    limit,
  }
}

/** Splits what was typed into the finished words and the last one. Undefined when there is no word in it. */
export function textOf(q: string): Text | undefined {
  const typed = q.replace(/\s+/g, ' ').trim()
  if (!/[\p{L}\p{N}]/u.test(typed)) return undefined
  const space = typed.lastIndexOf(' ')
  const last = typed.slice(space + 1)
  const quoted = typed.includes('"')
  if (quoted || last.startsWith('-') || /^or$/i.test(last) || !/[\p{L}\p{N}]/u.test(last)) {
    return { typed, head: typed }
  }
  return { typed, head: typed.slice(0, Math.max(space, 0)), last }
}

/** Whether very many words begin like the last one. */
export function isShort({ last = '' }: Text): boolean {
  return (last.match(/[\p{L}\p{N}]/gu) ?? []).length < 3
}

/** The words in which typing mistakes are looked for. Phrases and exclusions are meant as they are. */
export function wordsOf({ typed }: Text): string[] {
  if (/"|(^|\s)-/.test(typed)) return []
  return (typed.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).slice(0, 20)
}

/** Groups `Name:Value` by name. */
export function chosenOf(filters: readonly string[]): Map<string, string[]> {
  const chosen = new Map<string, string[]>()
  for (const filter of new Set(filters)) {
    const colon = filter.indexOf(':')
    const name = filter.slice(0, colon)
    chosen.set(name, [...(chosen.get(name) ?? []), filter.slice(colon + 1)])
  }
  return chosen
}

export function encodeAfter({ sort, loose, total, value, id }: Cursor): string {
  return encodeCursor([sort, loose ? 1 : 0, total, value, id])
}

/** Reads a cursor back. One of another sort, or one that was tampered with, is refused. */
export function decodeAfter(after: string, { sort }: Query): Cursor {
  const [itsSort, loose, total, value, id] = decodeCursor(after, [
    'text',
    'number',
    'number',
    'scalar',
    'text',
  ])
  const fits =
    itsSort === sort &&
    (loose === 0 || loose === 1) &&
    Number.isSafeInteger(total) &&
    typeof id === 'string' &&
    (sort === 'newest' ? isInstant(value) : Number.isSafeInteger(value))
  if (fits)
    return {
      sort,
      loose: loose === 1,
      total: Math.min(Math.abs(Number(total)), countLimit),
      value: value ?? '',
      id,
    }
  const errors = [{ field: 'after', message: 'must be the `next` of an earlier page of this search' }]
  throw invalidInput('after is not a cursor of this search.', { errors })
}

function isInstant(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^[12]\d{3}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  )
}
