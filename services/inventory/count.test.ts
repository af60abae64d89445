import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted } from './count.ts'
import { balance } from './example-stock.ts'

const v = 'var_1'

test('a count sets what is on the shelf, of which the reserved part is not free', () => {
  const { balance: after, move } = counted(
    balance(v, 3, { reserved: 4, received: 7 }),
    { variantId: v, quantity: 10 },
    'Inventory',
  )
  assert.equal(after.free, 6)
  assert.equal(after.received, 10)
  assert.deepEqual(move, { variantId: v, kind: 'count', quantity: 3, reason: 'Inventory' })
})

test('counting fewer than are reserved leaves none free, and the reservations stand', () => {
  const { balance: after } = counted(
    balance(v, 3, { reserved: 4, received: 7 }),
    { variantId: v, quantity: 1 },
    'Inventory',
  )
  assert.equal(after.free, 0)
  assert.equal(after.reserved, 4)
  assert.equal(after.received, 4)
})

test('a count that confirms the books changes nothing', () => {
  const before = balance(v, 3)
  assert.deepEqual(counted(before, { variantId: v, quantity: 3 }, 'Inventory'), { balance: before })
})

test('a count of null stops tracking, a number starts it again', () => {
  const untracked = counted(balance(v, 3), { variantId: v, quantity: null }, 'Digital').balance
  assert.equal(untracked.tracked, false)
  assert.equal(untracked.free, 3)
  assert.equal(counted(untracked, { variantId: v, quantity: 3 }, 'Goods').balance.tracked, true)
})

test('ending backorders with a count clears what was owed', () => {
  const owing = balance(v, -4, { backorder: true, sold: 4, received: 0 })
  const { balance: after } = counted(owing, { variantId: v, quantity: 0, backorder: false }, 'Inventory')
  assert.equal(after.free, 0)
  assert.equal(after.backorder, false)
})
