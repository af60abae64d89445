import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { slimContracts } from './slim-contracts.ts'

const ordersPath = fileURLToPath(import.meta.resolve('@rialto/orders/contract'))
const inventoryPath = fileURLToPath(import.meta.resolve('@rialto/inventory/contract'))

async function loaded(path: string): Promise<Record<string, Record<string, unknown>>> {
  const slim = await slimContracts().transform('', path)
  assert.ok(slim && slim.code.length < 4_000)
  return import(`data:text/javascript,${encodeURIComponent(slim.code)}`)
}

test('a page gets of a contract what its requests are made of', async () => {
  const { orders } = await loaded(ordersPath)
  assert.deepEqual(orders?.cancelOrder, {
    ...{ service: 'orders', name: 'cancelOrder', method: 'POST', path: '/orders/:id/cancel' },
    ...{ idempotent: true, body: {} },
  })
  const { inventory, outOfStock } = await loaded(inventoryPath)
  assert.partialDeepStrictEqual(inventory, { getAvailability: { query: { properties: { variantIds: 0 } } } })
  assert.deepEqual(outOfStock, { code: 'out-of-stock' })
})

test('what is for staff or services alone, and every schema, stays behind', async () => {
  const { orders, Order } = await loaded(ordersPath)
  assert.deepEqual([orders?.refundOrder, Order], [undefined, undefined])
})

test('the pages that the shop itself makes have whole contracts', async () => {
  const { transform } = slimContracts()
  assert.equal(await transform('', ordersPath, { ssr: true }), undefined)
  assert.equal(await transform('', ordersPath.replace('contract.ts', 'order.ts')), undefined)
})
