import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCursor, encodeCursor } from './paging.ts'
import { Problem } from './problem.ts'

const at = '2026-03-01T10:00:00.000Z'

test('a cursor gives back what it was made of', () => {
  assert.deepEqual(decodeCursor(encodeCursor([at, 'ord_1']), ['instant', 'text']), [at, 'ord_1'])
  assert.deepEqual(decodeCursor(encodeCursor([3, 'a', 7]), ['number', 'scalar', 'scalar']), [3, 'a', 7])
})

const forged: readonly (readonly [string, string])[] = [
  ['no JSON', 'x'],
  ['another length', encodeCursor([at])],
  ['a number for a text', encodeCursor([at, 5])],
  ['a text for a time', encodeCursor(['zzz', 'a'])],
  ['infinity for a time', encodeCursor(['infinity', 'a'])],
  ['a day that no calendar has', encodeCursor(['2026-06-31T10:00:00.000Z', 'a'])],
  ['a year that PostgreSQL does not know', encodeCursor(['0000-01-01T00:00:00.000Z', 'a'])],
  ['a text that cannot be stored', encodeCursor([at, 'a\0'])],
]
for (const [what, cursor] of forged) {
  test(`a cursor with ${what} is refused before any database sees it`, () =>
    assert.throws(
      () => decodeCursor(cursor, ['instant', 'text']),
      (error) => error instanceof Problem && error.code === 'invalid-input',
    ))
}
