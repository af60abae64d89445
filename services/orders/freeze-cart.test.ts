import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cart, CartItem } from '@rialto/cart/contract'
import { outOfStock } from '@rialto/inventory/contract'
import { newId } from '@rialto/kit/id'
import { is, unavailable } from '@rialto/kit/problem'
import { cartEmpty, cartNotReady, priceChanged } from './contract.ts'
import { freezeCart } from './freeze-cart.ts'
import { address, cartOf } from './testing-cart.ts'

const variantId = newId('var')
const cart = (change: Partial<Cart> = {}): Cart => ({
  ...cartOf(newId('guest'), variantId, { quantity: 2, coupon: 'TEN' }),
  ...change,
})
const item = (change: Partial<CartItem>) => cart().items.map((one) => ({ ...one, ...change }))
const expectedTotal = { amount: 2_380, currency: 'EUR' }
const freeze = (shown: Cart, terms = {}) =>
  freezeCart(shown, { expectedTotal, ...terms }, () => newId('line'))
const fields = (shown: Cart) => {
  try {
    freeze(shown)
  } catch (error) {
    if (is(error, cartNotReady))
      return (error.details.errors as { field: string }[]).map(({ field }) => field)
    throw error
  }
  return []
}

test('a cart that is ready is fixed with its prices, taxes, address and delivery', () => {
  const draft = freeze(cart({ note: 'Ring twice' }))
  const [line] = draft.lines
  assert.equal(draft.total, 2_380)
  assert.equal(draft.tax, 380)
  assert.deepEqual(draft.coupons, ['TEN'])
  assert.equal(draft.deliveryName, 'Parcel')
  assert.equal(draft.note, 'Ring twice')
  assert.deepEqual(draft.billingAddress, address)
  assert.deepEqual([line?.quantity, line?.total, line?.fulfilled], [2, 2_380, 0])
})

test('another billing address is used, and the goods still go to the address of the cart', () => {
  const billingAddress = { ...address, name: 'Her company' }
  const draft = freeze(cart(), { billingAddress })
  assert.equal(draft.billingAddress.name, 'Her company')
  assert.equal(draft.shippingAddress?.name, 'Ada')
})

test('a coupon that does not apply is not counted as used', () => {
  const shown = cart()
  const quote = { ...shown.quote, coupons: [{ code: 'TEN', applied: false, reason: 'Too little.' }] }
  assert.deepEqual(freeze({ ...shown, quote }).coupons, [])
})

test('an empty cart cannot be checked out', () => {
  assert.throws(
    () => freeze(cart({ items: [] })),
    (error) => is(error, cartEmpty),
  )
})

test('all that is missing is named at once', () => {
  const bare = cart({ email: undefined, address: undefined, deliveryMethodId: undefined })
  assert.deepEqual(fields(bare), ['email', 'address', 'deliveryMethod'])
  assert.deepEqual(fields(cart({ deliveryOptions: [] })), ['deliveryMethod'])
  assert.deepEqual(fields(cart({ items: item({ availability: 'gone' }) })), ['items'])
})

test('while shipping is away nobody is asked to choose a delivery again', () => {
  const shown = cart({ deliveryOptions: [], deliveryMethodId: undefined, deliveryAway: true })
  assert.throws(
    () => freeze(shown),
    (error) => is(error, unavailable) && error.details.service === 'shipping',
  )
})

test('goods that are not sent need an address for the bill only', () => {
  const digital = cart({ items: item({ requiresShipping: false }), deliveryOptions: [], address: undefined })
  assert.deepEqual(fields(digital), ['address'])
  const draft = freeze(digital, { billingAddress: address })
  assert.equal(draft.shippingAddress, undefined)
  assert.equal(draft.deliveryName, undefined)
})

test('what is short is told with how much is left', () => {
  for (const [change, available] of [
    [{ availability: 'out', available: undefined }, 0],
    [{ availability: 'low', available: 1 }, 1],
  ] as const) {
    assert.throws(
      () => freeze(cart({ items: item(change) })),
      (error) => {
        assert.ok(is(error, outOfStock))
        assert.deepEqual(error.details.lines, [{ variantId, wanted: 2, available }])
        return true
      },
    )
  }
})

test('stock that nobody could tell is left to the reservation', () => {
  assert.equal(freeze(cart({ items: item({ availability: 'unknown', available: undefined }) })).total, 2_380)
})

test('a total that is not the expected one is told with both', () => {
  const expected = { amount: 2_000, currency: 'EUR' }
  assert.throws(
    () => freeze(cart(), { expectedTotal: expected }),
    (error) => {
      assert.ok(is(error, priceChanged))
      assert.deepEqual(error.details, { expected, actual: expectedTotal })
      return true
    },
  )
  assert.throws(
    () => freeze(cart(), { expectedTotal: { amount: 2_380, currency: 'USD' } }),
    (error) => is(error, priceChanged),
  )
})
