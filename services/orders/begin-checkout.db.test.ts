import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { is, keyReused, unavailable } from '@rialto/kit/problem'
import { cartBeingBought, cartEmpty, orders } from './contract.ts'
import { checkInvariants, openShop, type Shop } from './testing-shop.ts'

// Two windows show the same cart. Whatever is pressed in them, it is bought once.

let shop: Shop
before(async () => {
  shop = await openShop()
})
after(() => shop.close())
afterEach(() => {
  shop.peers.gatewayAnswer = 'unknown'
})

type Shopper = ReturnType<Shop['peers']['shopper']>

/** The cart after a change in one of its windows. */
function changeCart({ id }: Shopper): void {
  const cart = shop.peers.carts.get(id)
  if (cart) shop.peers.carts.set(id, { ...cart, version: cart.version + 1 })
}

const ordersOf = async (shopper: Shopper) => (await shop.ordersOf(shopper)).length

test('two windows that pay at once, each under its own key, make one order', async () => {
  for (let round = 0; round < 5; round++) {
    const shopper = shop.peers.shopper()
    const windows = ['one', 'two', 'three'].map((key) => shop.pay(shopper, { key }))
    const replies = await Promise.all(windows)
    assert.equal(new Set(replies.map(({ orderId }) => orderId)).size, 1)
    assert.equal(await ordersOf(shopper), 1)
    await checkInvariants(shop, shopper)
  }
})

test('a window that pays just after another one is shown that order, and again under its key', async () => {
  const shopper = shop.peers.shopper()
  const first = await shop.pay(shopper, { key: 'one' })
  const second = await shop.pay(shopper, { key: 'two' })
  assert.equal(second.orderId, first.orderId)
  shop.advance(20 * 60_000)
  assert.equal((await shop.pay(shopper, { key: 'two' })).orderId, first.orderId)
  await assert.rejects(shop.pay(shopper, { key: 'two', card: '3ds' }), (error) => is(error, keyReused))
  assert.equal(await ordersOf(shopper), 1)
})

test('a repeat that finds its cart bought and empty already gets the one answer', async () => {
  const shopper = shop.peers.shopper()
  const filled = shop.peers.carts.get(shopper.id)
  let first = ''
  shop.peers.meanwhile = async () => {
    shop.peers.meanwhile = async () => {}
    first = (await shop.pay(shopper, { key: 'one' })).orderId ?? ''
    if (filled) shop.peers.carts.set(shopper.id, { ...filled, items: [] })
  }
  assert.equal((await shop.pay(shopper, { key: 'one' })).orderId, first)
  await assert.rejects(shop.pay(shopper, { key: 'two' }), (error) => is(error, cartEmpty))
  assert.equal(await ordersOf(shopper), 1)
})

test('the same things are bought again once the cart has them anew, or much later', async () => {
  const shopper = shop.peers.shopper()
  await shop.pay(shopper)
  changeCart(shopper)
  await shop.pay(shopper)
  assert.equal(await ordersOf(shopper), 2)
  shop.advance(16 * 60_000)
  await shop.pay(shopper)
  assert.equal(await ordersOf(shopper), 3)
  await checkInvariants(shop, shopper)
})

test('a window that joins a payment of which nothing is known waits for it', async () => {
  const shopper = shop.peers.shopper()
  const first = await shop.pay(shopper, { card: 'silent', key: 'one' })
  const second = await shop.pay(shopper, { card: 'good', key: 'two' })
  assert.deepEqual([first.status, second.status, second.id], ['running', 'running', first.id])
  shop.peers.gatewayAnswer = 'authorized'
  await shop.settle()
  assert.equal(await ordersOf(shopper), 1)
  await checkInvariants(shop, shopper)
})

test('whoever joined a payment that failed through nobody’s fault may press again under the same key', async () => {
  const shopper = shop.peers.shopper()
  const reach = shop.peers.reach
  shop.peers.reach = (point) => {
    if (point === 'authorize is asked') throw unavailable('It is away.', {})
  }
  const windows = ['one', 'two'].map((key) => ({ key }))
  for (const window of windows) assert.equal((await shop.pay(shopper, window)).status, 'running')
  shop.advance(16 * 60_000)
  await shop.settle()
  shop.peers.reach = reach
  const replies = await Promise.all(windows.map((window) => shop.pay(shopper, window)))
  assert.deepEqual(
    replies.map(({ status }) => status),
    ['confirmed', 'confirmed'],
  )
  assert.equal(await ordersOf(shopper), 1)
  await checkInvariants(shop, shopper)
})

test('while a cart is being paid for, a changed one is refused and not bought beside it', async () => {
  const shopper = shop.peers.shopper()
  const { id } = await shop.pay(shopper, { card: 'silent' })
  changeCart(shopper)
  await assert.rejects(shop.pay(shopper), (error) => {
    assert.ok(is(error, cartBeingBought))
    return error.details.checkoutId === id
  })
  shop.peers.gatewayAnswer = 'declined'
  await shop.world.call(orders.getCheckout, { id }, { as: shopper.actor })
  assert.equal((await shop.pay(shopper)).status, 'confirmed')
  assert.equal(await ordersOf(shopper), 1)
})

test('who left the bank’s page pays another way, and what the bank says later charges nobody', async () => {
  const shopper = shop.peers.shopper({ left: 1 })
  const left = await shop.pay(shopper, { card: '3ds', key: 'one' })
  const paid = await shop.pay(shopper, { card: 'good', key: 'two' })
  assert.equal(paid.status, 'confirmed')
  shop.peers.decide(left.id, 'authorized')
  const read = await shop.world.call(orders.getCheckout, { id: left.id }, { as: shopper.actor })
  assert.deepEqual([read.status, read.failure?.code], ['failed', 'checkout-given-up'])
  assert.equal(shop.peers.holdsMoney(left.id), false)
  assert.equal(await ordersOf(shopper), 1)
  await checkInvariants(shop, shopper)
})

test('confirming at the bank and paying another way at once makes one order', async () => {
  for (let round = 0; round < 8; round++) {
    const shopper = shop.peers.shopper()
    const { id } = await shop.pay(shopper, { card: '3ds', key: 'one' })
    shop.peers.decide(id, 'authorized')
    const back = shop.world.call(orders.getCheckout, { id }, { as: shopper.actor })
    await Promise.allSettled([back, shop.pay(shopper, { key: 'two' })])
    await shop.settle()
    assert.equal(await ordersOf(shopper), 1)
    await checkInvariants(shop, shopper)
  }
})
