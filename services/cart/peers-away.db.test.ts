import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { is, unavailable } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import { cart } from './contract.ts'
import { openShop } from './example-shop.ts'
import service from './service.ts'
import { guest, quantitiesOf } from './testing.ts'

// What cart asks of its peers, and what it shows without them.

const shop = openShop()
let world: World
before(async () => {
  world = await openWorld(service, { peers: shop.peers })
})
after(() => world.close())
beforeEach(() => shop.away.clear())

test('a cart is shown with at most four questions and one statement', async ({ mock }) => {
  const as = guest()
  await add(as, shop.sell(newId('var')))
  const deliveryMethodId = shop.options[0]?.methodId
  await world.call(cart.setDelivery, { country: 'DE', deliveryMethodId }, { as })
  // The job that removes old carts, which each start schedules, asks for carts as well.
  await world.runJobs()
  shop.calls.length = 0
  const pooled = mock.method(world.database.pool, 'query')
  const quick = mock.method(world.database.quick, 'rows')
  await world.call(cart.getCart, {}, { as })
  // The inbox looks for messages meanwhile.
  const ofCarts = ({ mock }: typeof pooled | typeof quick) =>
    mock.calls.filter(({ arguments: [statement] }) => JSON.stringify(statement).includes('carts')).length
  assert.deepEqual([ofCarts(pooled), ofCarts(quick)], [0, 1])
  assert.deepEqual(shop.calls.sort(), [
    'catalog.getVariantsForSale',
    'inventory.getAvailability',
    'pricing.quote',
    'shipping.listDeliveryOptions',
  ])
})

test('while inventory is away the cart is shown and can be filled, but is not ready', async () => {
  const [as, variantId] = [guest(), shop.sell(newId('var'), { requiresShipping: false })]
  shop.away.add('inventory')
  const shown = await add(as, variantId)
  assert.deepEqual([shown.items[0]?.availability, shown.ready], ['unknown', false])
  shop.away.clear()
  assert.equal((await world.call(cart.getCart, {}, { as })).ready, true)
})

test('while shipping is away the cart is shown without delivery options', async () => {
  const as = guest()
  await add(as, shop.sell(newId('var')))
  shop.away.add('shipping')
  const shown = await world.call(cart.setDelivery, { country: 'DE' }, { as })
  assert.deepEqual([shown.deliveryOptions, shown.ready, shown.quote.total], [[], false, 1_000])
  assert.equal(shown.deliveryAway, true)
  shop.away.clear()
  assert.equal((await world.call(cart.getCart, {}, { as })).deliveryAway, undefined)
})

test('while pricing is away the cart says so plainly and keeps everything', async () => {
  const [as, variantId] = [guest(), shop.sell(newId('var'))]
  await add(as, variantId)
  shop.away.add('pricing')
  await assert.rejects(world.call(cart.getCart, {}, { as }), (error) => is(error, unavailable))
  shop.away.clear()
  assert.deepEqual(quantitiesOf(await world.call(cart.getCart, {}, { as })), { [variantId]: 1 })
})

function add(as: Actor, variantId: string) {
  return world.call(cart.addItem, { variantId }, { as })
}
