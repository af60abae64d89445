import { invalidInput } from './problem.ts'

/** Packs the sort values of the last item of a page; opaque to callers. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** Unpacks what `encodeCursor` made of `length` values. Throws `invalid-input` for anything else. */
export function decodeCursor(cursor: string, length: number): (string | number)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(values) && values.length === length && values.every(isScalar)) return values
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

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
