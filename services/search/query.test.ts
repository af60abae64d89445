import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeCursor } from '@rialto/kit/paging'
import { invalidInput, is } from '@rialto/kit/problem'
import { chosenOf, countLimit, decodeAfter, encodeAfter, queryOf, textOf, wordsOf } from './query.ts'

const typed: readonly (readonly [string, ReturnType<typeof textOf>])[] = [
  ['', undefined],
  ["' | & ! \\ (", undefined],
  ['shoe', { typed: 'shoe', head: '', last: 'shoe' }],
  ['  red \n shoe ', { typed: 'red shoe', head: 'red', last: 'shoe' }],
  ['"red shoe"', { typed: '"red shoe"', head: '"red shoe"' }],
  ['shoe -red', { typed: 'shoe -red', head: 'shoe -red' }],
  ['shoe or', { typed: 'shoe or', head: 'shoe or' }],
  ['shoe &', { typed: 'shoe &', head: 'shoe &' }],
  ["men's", { typed: "men's", head: '', last: "men's" }],
]
for (const [q, text] of typed) {
  test(`the last word of ${JSON.stringify(q)} may be unfinished only where it stands alone`, () =>
    assert.deepEqual(textOf(q), text))
}

test('typing mistakes are not looked for in phrases and exclusions', () => {
  const words = (q: string) => wordsOf(textOf(q) ?? { typed: '', head: '' })
  assert.deepEqual(words('red t-shirt'), ['red', 't', 'shirt'])
  assert.deepEqual(words('"red shirt"'), [])
  assert.deepEqual(words('shirt -red'), [])
})

test('filters of one name are alternatives, and a value may have a colon', () => {
  const chosen = chosenOf(['Colour:Red', 'Size:M', 'Colour:Blue', 'Colour:Red', 'Scale:1:24'])
  assert.deepEqual(
    [...chosen],
    [
      ['Colour', ['Red', 'Blue']],
      ['Size', ['M']],
      ['Scale', ['1:24']],
    ],
  )
})

test('without words the newest come first, with words the most relevant', () => {
  assert.equal(queryOf({}).sort, 'newest')
  assert.equal(queryOf({ q: '!!' }).sort, 'newest')
  assert.equal(queryOf({ q: 'shoe' }).sort, 'relevance')
  assert.equal(queryOf({ q: 'shoe', sort: 'best-selling' }).sort, 'best-selling')
})

test('a cursor comes back as it was, and only for the same order', () => {
  const byPrice = queryOf({ sort: 'price-ascending' })
  const cursor = { sort: 'price-ascending', loose: false, total: 7, value: 1999, id: 'prod_1' } as const
  assert.deepEqual(decodeAfter(encodeAfter(cursor), byPrice), cursor)
  refused(encodeAfter(cursor), 'newest')
})

const forged: readonly (readonly unknown[])[] = [
  ['newest', 0, 1, 5, 'prod_1'],
  ['newest', 0, 1, 'yesterday', 'prod_1'],
  ['newest', 0, 1, '0000-01-01T00:00:00Z', 'prod_1'],
  ['newest', 2, 1, '2026-01-01T00:00:00.000Z', 'prod_1'],
  ['newest', 0, 1.5, '2026-01-01T00:00:00.000Z', 'prod_1'],
  ['newest', 0, 1, '2026-01-01T00:00:00.000Z', 7],
]
test('a forged cursor is refused', () => {
  for (const values of forged) refused(encodeCursor(values as (string | number)[]), 'newest')
  refused('nonsense', 'newest')
})

test('a cursor cannot make the total larger than what is ever counted', () => {
  const after = encodeCursor(['newest', 0, 1e9, '2026-01-01T00:00:00.000Z', 'prod_1'])
  assert.equal(decodeAfter(after, queryOf({})).total, countLimit)
})

function refused(after: string, sort: 'newest') {
  assert.throws(
    () => decodeAfter(after, queryOf({ sort })),
    (error) => is(error, invalidInput),
    after,
  )
}
