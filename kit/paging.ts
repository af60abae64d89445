import { invalidInput } from './problem.ts'
import { isStorable } from './text.ts'

/** Packs the sort values of the last item of a page; opaque to callers. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** What a value of a cursor is; `scalar` where it depends on the sort, which the caller then checks. */
type Kind = 'text' | 'instant' | 'number' | 'scalar'
type ValueOf<K extends Kind> = K extends 'number' ? number : K extends 'scalar' ? string | number : string
type Values<Kinds extends readonly Kind[]> = { -readonly [Index in keyof Kinds]: ValueOf<Kinds[Index]> }

/** Unpacks what `encodeCursor` made of such values. Throws `invalid-input` for anything else. */
export function decodeCursor<const Kinds extends readonly Kind[]>(
  cursor: string,
  kinds: Kinds,
): Values<Kinds> {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const fits = Array.isArray(values) && values.length === kinds.length
    if (fits && kinds.every((kind, index) => isOf(kind, values[index]))) return values as Values<Kinds>
  } catch {
    // Falls through: a cursor that is no JSON is as wrong as one of another list.
  }
  const errors = [{ field: 'after', message: 'must be the `next` of an earlier page of this list' }]
  throw invalidInput('after is not a cursor of this list.', { errors })
}

/** Makes a page of the rows of a query with `limit + 1`: one more than asked tells that there is a next page. */
export function pageOf<Item>(
  rows: readonly Item[],
  limit: number,
  cursorOf: (last: Item) => readonly (string | number)[],
) {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined ? { items, next: encodeCursor(cursorOf(last)) } : { items }
}

function isOf(kind: Kind, value: unknown): boolean {
  if (typeof value === 'number') return kind === 'number' || kind === 'scalar'
  if (typeof value !== 'string' || kind === 'number') return false
  return kind === 'instant' ? isInstant(value) : isStorable(value)
}

/** As the database gives it: `Date.parse` alone would let through a 31 June, which PostgreSQL refuses. */
function isInstant(text: string): boolean {
  const time = Date.parse(text)
  return /^[1-9]\d{3}-/.test(text) && !Number.isNaN(time) && new Date(time).toISOString() === text
}
