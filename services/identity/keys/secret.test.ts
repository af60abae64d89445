import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effective, hashOf, isKey, newSecret, prefixOf } from './secret.ts'

test('a key is known by its beginning, and is never the same', () => {
  const [one, other] = [newSecret(), newSecret()]
  assert.match(one, /^rk_[\w-]{43}$/)
  assert.ok(isKey(one) && !isKey(`x${one}`) && one !== other && hashOf(one) !== hashOf(other))
  assert.equal(prefixOf(one), one.slice(0, 11))
})

test('a key may do what it was made for, as long as its owner may', () => {
  assert.deepEqual(effective(['orders', 'catalog'], ['*']), ['orders', 'catalog'])
  assert.deepEqual(effective(['orders', 'catalog'], ['orders', 'staff']), ['orders'])
  assert.deepEqual(effective(['*'], ['orders', 'staff']), ['orders', 'staff'])
  assert.deepEqual(effective(['*'], ['*']), ['*'])
  assert.deepEqual(effective(['orders'], []), [])
})
