import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stockBack, stockChanged, stockLow } from './contract.ts'
import { balance } from './example-stock.ts'
import { availabilityOf, type Balance, moved, stockEvents } from './stock.ts'

const v = 'var_1'

test('a variant is in stock, low at five, and out at none', () => {
  assert.deepEqual(availabilityOf(v, balance(v, 6)), { variantId: v, state: 'in-stock', available: 6 })
  assert.deepEqual(availabilityOf(v, balance(v, 5)), { variantId: v, state: 'low', available: 5 })
  assert.deepEqual(availabilityOf(v, balance(v, 0)), { variantId: v, state: 'out', available: 0 })
})

test('an untracked or backordered variant is always available, an unknown or removed one never', () => {
  assert.equal(availabilityOf(v, balance(v, 0, { tracked: false })).available, 9_999)
  assert.equal(availabilityOf(v, balance(v, 0, { backorder: true })).available, 9_999)
  assert.equal(availabilityOf(v, balance(v, -9_999, { backorder: true })).state, 'out')
  assert.equal(availabilityOf(v, undefined).state, 'out')
  assert.equal(availabilityOf(v, balance(v, 7, { removed: true })).state, 'out')
})

test('every kind of movement keeps received = free + reserved + sold', () => {
  const start = balance(v, 10, { reserved: 4, sold: 3, received: 17 })
  for (const kind of ['receive', 'adjust', 'count', 'reserve', 'release', 'commit', 'return'] as const) {
    const { free, reserved, sold, received } = moved(start, { kind, quantity: kind === 'reserve' ? -2 : 2 })
    assert.equal(received, free + reserved + sold, kind)
  }
})

test('sales of a plentiful variant are not told one by one', () => {
  assert.deepEqual(names(balance(v, 500), balance(v, 499)), [])
  assert.deepEqual(names(balance(v, 21), balance(v, 20)), [stockChanged.name])
  assert.deepEqual(names(balance(v, 20), balance(v, 19)), [stockChanged.name])
})

test('falling to the low mark is told once, and so is coming back', () => {
  assert.deepEqual(names(balance(v, 6), balance(v, 5)), [stockChanged.name, stockLow.name])
  assert.deepEqual(names(balance(v, 5), balance(v, 4)), [stockChanged.name])
  const soldOut = balance(v, 0, { sold: 9, received: 9, version: 2 })
  assert.deepEqual(names(soldOut, balance(v, 3)), [stockChanged.name, stockBack.name])
})

test('goods that were never in stock are new, not back', () => {
  assert.deepEqual(names(balance(v, 0), balance(v, 30)), [stockChanged.name])
})

function names(before: Balance, after: Balance): string[] {
  return stockEvents(before, after).map(({ event }) => event.name)
}
