import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliveryMethod } from './contract.ts'
import { deliveryOptions, type Parcel } from './delivery-options.ts'
import { startingMethods } from './prepare.ts'

const monday = new Date('2026-06-15T09:00:00Z')
const price = (amount: number, currency = 'EUR') => ({ amount, currency })
const method = (id: string, more: Partial<DeliveryMethod> = {}): DeliveryMethod => ({
  id,
  name: id,
  countries: ['DE', 'FR'],
  rate: { kind: 'flat', price: price(500) },
  cutOffHour: 14,
  handlingDays: 0,
  transitDaysMin: 1,
  transitDaysMax: 2,
  version: 1,
  ...more,
})
const parcel: Parcel = { country: 'DE', currency: 'EUR', subtotal: 3000, weightGrams: 2500, itemCount: 4 }
const offered = (methods: DeliveryMethod[], more: Partial<Parcel> = {}) =>
  deliveryOptions({ ...parcel, ...more }, methods, monday).map((option) => [option.name, option.price.amount])

test('a method is offered where it delivers, in its currency and within its weights', () => {
  const methods = [
    method('here'),
    method('abroad', { countries: ['US'] }),
    method('dollars', { rate: { kind: 'flat', price: price(1, 'USD') } }),
    method('light', { maxWeightGrams: 2499 }),
    method('exact', { maxWeightGrams: 2500 }),
    method('heavy', { minWeightGrams: 2501 }),
  ]
  assert.deepEqual(offered(methods), [
    ['exact', 500],
    ['here', 500],
  ])
  assert.deepEqual(offered(methods, { country: 'JP' }), [])
})

test('a rate is flat, by started kilogram, or by item', () => {
  const byWeight = method('weight', { rate: { kind: 'by-weight', price: price(300), perKilogram: 100 } })
  const byItem = method('item', { rate: { kind: 'by-item', price: price(200), perItem: 50 } })
  assert.deepEqual(offered([byWeight]), [['weight', 600]])
  assert.deepEqual(offered([byWeight], { weightGrams: 2000 }), [['weight', 500]])
  assert.deepEqual(offered([byWeight], { weightGrams: 0 }), [['weight', 300]])
  assert.deepEqual(offered([byItem]), [['item', 400]])
})

test('from its subtotal on a method is free', () => {
  const methods = [method('free', { freeFrom: 3000 })]
  assert.deepEqual(offered(methods), [['free', 0]])
  assert.deepEqual(offered(methods, { subtotal: 2999 }), [['free', 500]])
})

test('the cheapest comes first, equally dear ones in the order of the shop', () => {
  const methods = [
    method('a', { position: 2 }),
    method('b', { position: 1 }),
    method('c', { rate: { kind: 'flat', price: price(400) }, position: 3 }),
  ]
  assert.deepEqual(
    offered(methods).map(([name]) => name),
    ['c', 'b', 'a'],
  )
})

test('a new shop delivers at home, in Europe and to the world, and what is too heavy for one person too', () => {
  const methods = startingMethods('EUR').map((details, index) => ({
    id: String(index),
    ...details,
    version: 1,
  }))
  assert.deepEqual(offered(methods), [
    ['Standard', 490],
    ['Express', 990],
  ])
  assert.deepEqual(offered(methods, { subtotal: 6000 }), [
    ['Standard', 0],
    ['Express', 990],
  ])
  assert.deepEqual(offered(methods, { country: 'US' }), [['Worldwide', 1290 + 3 * 600]])
  assert.deepEqual(offered(methods, { weightGrams: 57_000 }), [['Freight', 3900]])
})
