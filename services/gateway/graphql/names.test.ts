import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from '@rialto/kit/contract'
import { enumValueName, fieldName, pascal, singular } from './names.ts'

const names: readonly (readonly [string, string, string, string])[] = [
  ['GET', '/products/:id', 'catalog.getProduct', 'product'],
  ['GET', '/products', 'catalog.listProducts', 'products'],
  ['GET', '/search', 'search.searchProducts', 'searchProducts'],
  ['GET', '/search/suggestions', 'search.suggest', 'suggest'],
  ['POST', '/products', 'catalog.createProduct', 'createProduct'],
  ['POST', '/cart/items', 'cart.addItem', 'addCartItem'],
  ['DELETE', '/cart/items', 'cart.clearCart', 'clearCart'],
  ['POST', '/orders/:id/fulfilments/:fulfilmentId/ship', 'orders.shipFulfilment', 'shipOrderFulfilment'],
  ['GET', '/payments/:id/ledger', 'payments.listLedger', 'paymentLedger'],
  ['GET', '/orders/dead-letters', 'orders.listOrdersDeadLetters', 'ordersDeadLetters'],
  ['POST', '/orders/:id/getaway', 'orders.getawayOrder', 'getawayOrder'],
]
for (const [method, path, operation, expected] of names) {
  test(`${operation} is ${expected} in the graph`, () => {
    const [service, name] = operation.split('.')
    assert.equal(fieldName({ method, path, service, name } as Operation), expected)
  })
}

test('a POST that only reads is named as a query', () => {
  const operation = { method: 'POST', path: '/delivery-options', service: 'shipping', readOnly: true }
  assert.equal(fieldName({ ...operation, name: 'listDeliveryOptions' } as Operation), 'deliveryOptions')
})

test('names follow the ways of the graph', () => {
  assert.deepEqual([pascal('delivery-options'), pascal('lineId')], ['DeliveryOptions', 'LineId'])
  assert.deepEqual(['lines', 'categories', 'boxes', 'status', 'media'].map(singular), [
    'line',
    'category',
    'box',
    'status',
    'media',
  ])
  assert.equal(enumValueName('in-stock'), 'IN_STOCK')
})
