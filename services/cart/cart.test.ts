import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address } from '@rialto/kit/schema'
import fc from 'fast-check'
import { cartIdOf, changeDelivery, emptyCart, type Item, mergeCarts, type StoredCart } from './cart.ts'
import { item } from './example-shop.ts'

const mine = emptyCart('cust_01h455vb4pex5vsknk084sn02q')
const guests = emptyCart('guest_01h455vb4pex5vsknk084sn02r')
const address: Address = {
  name: 'Ada',
  line1: 'Main Street 1',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}

test('the id of a cart follows from its owner', () => {
  assert.equal(cartIdOf('guest_01h455vb4pex5vsknk084sn02r'), 'cart_01h455vb4pex5vsknk084sn02r')
})

test('a merged cart has the lines of both, with the larger quantity where both have one', () => {
  const { merged, rest } = mergeCarts(
    { ...mine, items: [item('a', 2), item('b', 5)] },
    { ...guests, items: [item('b', 3), item('c', 1), item('a', 4)] },
  )
  assert.deepEqual(quantities(merged.items), { a: 4, b: 5, c: 1 })
  assert.deepEqual(rest, [])
})

test('a merged cart has the coupons of both and keeps the address the customer had', () => {
  const withMine = { ...mine, coupons: ['SUMMER'], country: 'DE', address, email: 'ada@example.com' }
  const withGuests = { ...guests, coupons: ['SUMMER', 'HELLO'], country: 'US', note: 'Ring twice' }
  const { merged } = mergeCarts(withMine, withGuests)
  assert.deepEqual(merged.coupons, ['SUMMER', 'HELLO'])
  assert.deepEqual([merged.country, merged.address, merged.email], ['DE', address, 'ada@example.com'])
  assert.equal(merged.note, 'Ring twice')
  assert.deepEqual(mergeCarts(mine, withMine).merged.address, address)
})

test('an address never joins another country', () => {
  const { merged } = mergeCarts({ ...mine, country: 'US' }, { ...guests, country: 'DE', address })
  assert.deepEqual([merged.country, merged.address], ['US', null])
})

const someItems = fc
  .uniqueArray(fc.record({ variantId: fc.nat(150), quantity: fc.integer({ min: 1, max: 9_999 }) }), {
    selector: ({ variantId }) => variantId,
    maxLength: 100,
  })
  .map((items) => items.map(({ variantId, quantity }) => item(`var_${variantId}`, quantity)))

test('no line is ever lost by merging, none is smaller than before, and merging again changes nothing', () => {
  fc.assert(
    fc.property(someItems, someItems, (ofMine, ofGuests) => {
      const { merged, rest } = mergeCarts({ ...mine, items: ofMine }, { ...guests, items: ofGuests })
      assert.ok(merged.items.length <= 100)
      const after = quantities([...merged.items, ...rest])
      for (const { variantId, quantity } of [...ofMine, ...ofGuests]) {
        assert.ok((after[variantId] ?? 0) >= quantity)
      }
      const again: StoredCart = { ...guests, items: rest }
      assert.deepEqual(mergeCarts(merged, again).merged.items, merged.items)
    }),
  )
})

test('fields of the delivery that are left out stay, and an empty note is none', () => {
  const cart = { ...mine, email: 'ada@example.com', note: 'Ring twice' }
  assert.equal(changeDelivery(cart, { country: 'DE' }).email, 'ada@example.com')
  assert.equal(changeDelivery(cart, {}).note, 'Ring twice')
  assert.equal(changeDelivery(cart, { note: ' ' }).note, null)
})

test('delivery is priced for the country of the address', () => {
  assert.equal(changeDelivery(mine, { address, country: 'US' }).country, 'DE')
  const moved = changeDelivery({ ...mine, country: 'DE', address }, { country: 'US' })
  assert.deepEqual([moved.country, moved.address], ['US', null])
})

function quantities(items: readonly Item[]): Record<string, number> {
  return Object.fromEntries(items.map(({ variantId, quantity }) => [variantId, quantity]))
}
