import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allocate, decimal, digits, format, percentOf, percentWithin, share } from './money.ts'

const amounts = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 })
const weights = fc.array(fc.integer({ min: 0, max: 1_000_000_000_000 }), { minLength: 1, maxLength: 100 })

test('a currency has the decimals that ISO 4217 gives it', () => {
  assert.deepEqual(
    ['EUR', 'USD', 'JPY', 'KRW', 'KWD', 'TND'].map((currency) => digits(currency)),
    [2, 2, 0, 0, 3, 3],
  )
})

test('a part of an amount is rounded once, halves away from zero', () => {
  assert.equal(share(1, 1, 2), 1)
  assert.equal(share(-1, 1, 2), -1)
  assert.equal(share(5, 1, 3), 2)
  assert.equal(percentOf(250, 1), 3)
  assert.equal(percentOf(-250, 1), -3)
  assert.equal(percentOf(9_007_199_254_740_991, 100), 9_007_199_254_740_991)
})

test('fractions of a percent are exact', () => {
  assert.equal(percentOf(100_000, 8.1), 8_100)
  assert.equal(percentOf(1_000, 5.5), 55)
  assert.equal(percentWithin(10_810, 8.1), 810)
})

test('the tax contained in a price is what was added to its base', () => {
  assert.equal(percentWithin(11_900, 19), 1_900)
  assert.equal(percentWithin(999, 0), 0)
  fc.assert(
    fc.property(amounts, fc.constantFrom(0, 5.5, 7, 8.1, 19, 20, 21, 22), (base, percent) => {
      const gross = base + percentOf(base, percent)
      assert.ok(Math.abs(gross - percentWithin(gross, percent) - base) <= 1)
    }),
  )
})

test('a split sums to the total, and no part is a whole minor unit off its exact share', () => {
  fc.assert(
    fc.property(amounts, weights, (total, shares) => {
      const parts = allocate(total, shares)
      assert.equal(
        parts.reduce((sum, part) => sum + part, 0),
        total,
      )
      const all = shares.reduce((sum, weight) => sum + BigInt(weight), 0n)
      if (all === 0n) return
      parts.forEach((part, index) => {
        const exact = BigInt(total) * BigInt(shares[index] ?? 0)
        const off = BigInt(part) * all - exact
        assert.ok((off < 0n ? -off : off) < all)
      })
    }),
  )
})

test('the odd cents of a split go to the largest remainders, the first ones first', () => {
  assert.deepEqual(allocate(7, [5, 3, 3]), [3, 2, 2])
  assert.deepEqual(allocate(1003, [49, 51]), [491, 512])
  assert.deepEqual(allocate(100, [1, 1, 1]), [34, 33, 33])
  assert.deepEqual(allocate(-100, [1, 1, 1]), [-34, -33, -33])
  assert.deepEqual(allocate(3, [0, 0]), [2, 1])
  assert.deepEqual(allocate(0, [3, 0]), [0, 0])
  assert.deepEqual(allocate(5, []), [])
})

test('an amount is shown as its reader writes it', () => {
  assert.equal(format({ amount: 1200, currency: 'EUR' }), '€12.00')
  assert.equal(format({ amount: 1200, currency: 'EUR' }, 'de'), '12,00\u00a0€')
  assert.equal(format({ amount: 500, currency: 'JPY' }), '¥500')
  assert.equal(format({ amount: -5, currency: 'KWD' }, 'en'), '-KWD\u00a00.005')
  assert.equal(format({ amount: 9_007_199_254_740_991, currency: 'EUR' }), '€90,071,992,547,409.91')
})

test('an amount for machines is a plain decimal number', () => {
  assert.equal(decimal({ amount: 5, currency: 'EUR' }), '0.05')
  assert.equal(decimal({ amount: -1234, currency: 'EUR' }), '-12.34')
  assert.equal(decimal({ amount: 500, currency: 'JPY' }), '500')
  assert.equal(decimal({ amount: 0, currency: 'KWD' }), '0.000')
})
