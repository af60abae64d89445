import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Cart } from '@rialto/cart/contract'
import { guestIdentified } from '@rialto/identity/contract'
import { outOfStock } from '@rialto/inventory/contract'
import { newId } from '@rialto/kit/id'
import { is, keyReused, notFound, type Problem, type ProblemInfo, unavailable } from '@rialto/kit/problem'
import { paymentAuthorized, paymentCaptured } from '@rialto/payments/contract'
import { couponUnusable } from '@rialto/pricing/contract'
import { cartEmpty, cartNotReady, orderPlaced, orders, paymentDeclined, priceChanged } from './contract.ts'
import { unitPrice } from './testing-cart.ts'
import { checkInvariants, openShop, type Shop } from './testing-shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop()
})
after(() => shop.close())
afterEach(() => {
  shop.peers.reach = shop.fate.reach
  shop.peers.gatewayAnswer = 'unknown'
})

const refusedWith = (type: ProblemInfo) => (error: unknown) => is(error, type)
const outcome = (checkoutId: string, amount = unitPrice) => ({
  paymentId: newId('pay'),
  checkoutId,
  amount: { amount, currency: 'EUR' },
})
const away = (...names: string[]) => {
  shop.peers.reach = (point) => {
    if (names.some((name) => point === `${name} is asked`)) throw unavailable('It is away.', {})
  }
}

test('a cart with a good card becomes exactly one order, which is told with all it holds', async () => {
  const shopper = shop.peers.shopper({ quantity: 2, coupon: 'TEN' })
  const checkout = await shop.pay(shopper, { quantity: 2 })
  assert.equal(checkout.status, 'confirmed')
  const order = await shop.world.call(orders.getOrder, { id: checkout.orderId ?? '' }, { as: shopper.actor })
  assert.equal(order.number, checkout.orderNumber)
  assert.deepEqual(
    [order.status, order.paymentStatus, order.total],
    ['processing', 'authorized', 2 * unitPrice],
  )
  assert.deepEqual(order.coupons, ['TEN'])
  const said = (await shop.world.said(orderPlaced)).filter(({ orderId }) => orderId === order.id)
  assert.deepEqual(
    said.map((event) => event.order),
    [order],
  )
  assert.equal(said[0]?.cartId, shop.peers.carts.get(shopper.id)?.id)
  await checkInvariants(shop, shopper)
})

test('an order that costs nothing asks nobody for money and is paid', async () => {
  const free = (cart: Cart): Cart => ({ ...cart, quote: { ...cart.quote, total: 0 } })
  const shopper = shop.peers.shopper({ change: free })
  const { id } = await shop.pay(shopper, { quantity: 0 })
  const [order] = await shop.ordersOf(shopper)
  assert.deepEqual([order?.total, order?.paymentStatus], [0, 'paid'])
  assert.ok(!shop.peers.payments.has(id))
})

test('the token of the card is forgotten once the checkout is decided', async () => {
  const bought = await shop.pay(shop.peers.shopper())
  const refused = shop.peers.shopper()
  await assert.rejects(shop.pay(refused, { card: 'declined' }))
  const kept = await shop.world.database.rows`
    select 1 from checkouts where (id = ${bought.id} or owner_id = ${refused.id}) and payment is not null`
  assert.equal(kept.length, 0)
})

test('each obstacle is told as what it is, and nothing is begun', async () => {
  const { peers } = shop
  const cases: [ProblemInfo, ReturnType<typeof peers.shopper>][] = [
    [cartEmpty, peers.shopper({ change: (cart) => ({ ...cart, items: [] }) })],
    [cartNotReady, peers.shopper({ change: (cart) => ({ ...cart, email: undefined }) })],
    [outOfStock, peers.shopper({ left: 0 })],
    [priceChanged, peers.shopper({ quantity: 2 })],
  ]
  for (const [problem, shopper] of cases) {
    await assert.rejects(shop.pay(shopper), refusedWith(problem))
    assert.equal((await checkInvariants(shop, shopper)).length, 0)
  }
})

test('what goes out of stock, is declined or used up at the last moment is given back and told', async () => {
  const { peers } = shop
  peers.usedUp.add('GONE')
  const late = peers.shopper()
  peers.stock.set(late.variantId, 0)
  const cases = [
    [outOfStock, late, 'good'],
    [couponUnusable, peers.shopper({ coupon: 'GONE' }), 'good'],
    [paymentDeclined, peers.shopper({ coupon: 'TEN' }), 'declined'],
  ] as const
  for (const [problem, shopper, card] of cases) {
    const error: Problem = await shop.pay(shopper, { card }).then(
      () => assert.fail(),
      (caught) => caught,
    )
    assert.ok(is(error, problem))
    if (problem === paymentDeclined) assert.equal(error.details.field, 'number')
    const [checkout] = await checkInvariants(shop, shopper)
    const read = await shop.world.call(orders.getCheckout, { id: checkout?.id ?? '' })
    assert.equal(read.status, 'failed')
    assert.equal(read.failure?.code, problem.code)
  }
})

test('after a declined card the last one is still there for another card', async () => {
  const shopper = shop.peers.shopper({ left: 1 })
  await assert.rejects(shop.pay(shopper, { card: 'declined' }), refusedWith(paymentDeclined))
  assert.equal((await shop.pay(shopper)).status, 'confirmed')
})

test('pressing twice buys once, one after the other and both at once', async () => {
  const shopper = shop.peers.shopper()
  const once = { key: 'pressed' }
  const replies = await Promise.all([1, 2, 3, 4, 5].map(() => shop.pay(shopper, once)))
  replies.push(await shop.pay(shopper, once))
  assert.equal(new Set(replies.map(({ orderId }) => orderId)).size, 1)
  assert.equal((await shop.ordersOf(shopper)).length, 1)
  assert.equal((await checkInvariants(shop, shopper)).length, 1)
})

test('a declined payment is told again under its key, and not tried again', async () => {
  const shopper = shop.peers.shopper()
  const once = { card: 'declined', key: 'pressed' } as const
  await assert.rejects(shop.pay(shopper, once), refusedWith(paymentDeclined))
  await assert.rejects(shop.pay(shopper, once), refusedWith(paymentDeclined))
  assert.equal((await checkInvariants(shop, shopper)).length, 1)
})

test('a key that was used for another checkout is refused; another shopper may have the same', async () => {
  const shopper = shop.peers.shopper()
  await shop.pay(shopper, { key: 'pressed' })
  await assert.rejects(shop.pay(shopper, { card: 'declined', key: 'pressed' }), refusedWith(keyReused))
  assert.equal((await shop.pay(shop.peers.shopper(), { key: 'pressed' })).status, 'confirmed')
})

test('the last one is sold once, however many want it at once', async () => {
  const { peers } = shop
  const shoppers = Array.from({ length: 8 }, () => peers.shopper())
  const [first] = shoppers
  const variantId = first?.variantId ?? ''
  for (const { id } of shoppers) {
    const cart = peers.carts.get(id)
    if (!cart) continue
    for (const line of [...cart.items, ...cart.quote.lines]) Object.assign(line, { variantId })
  }
  peers.stock.set(variantId, 1)
  const bought = await Promise.allSettled(shoppers.map((shopper) => shop.pay(shopper)))
  assert.equal(bought.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal(peers.stock.get(variantId), 0)
  for (const shopper of shoppers) await checkInvariants(shop, shopper)
})

test('without inventory or pricing the shopper is told so, keeps the cart, and may press again', async () => {
  for (const name of ['reserve', 'redeem']) {
    const shopper = shop.peers.shopper({ coupon: 'TEN' })
    away(name, 'release', 'release coupons')
    await assert.rejects(shop.pay(shopper, { key: 'pressed' }), refusedWith(unavailable))
    shop.peers.reach = shop.fate.reach
    assert.equal((await shop.pay(shopper, { key: 'pressed' })).status, 'confirmed')
    await shop.settle()
    const ended = await checkInvariants(shop, shopper)
    assert.deepEqual(ended.map(({ step }) => step).sort(), ['confirmed', 'failed'])
  }
})

test('without payments the order waits, and is placed once payments is back', async () => {
  const shopper = shop.peers.shopper()
  away('authorize')
  const checkout = await shop.pay(shopper)
  assert.equal(checkout.status, 'running')
  shop.peers.reach = shop.fate.reach
  await shop.settle()
  const decided = await shop.world.call(orders.getCheckout, { id: checkout.id }, { as: shopper.actor })
  assert.equal(decided.status, 'confirmed')
  await checkInvariants(shop, shopper)
})

test('without payments for too long the checkout fails, and nothing stays held', async () => {
  const shopper = shop.peers.shopper()
  away('authorize')
  const { id } = await shop.pay(shopper)
  shop.advance(16 * 60_000)
  await shop.world.runJobs()
  await shop.settle()
  assert.equal((await shop.world.call(orders.getCheckout, { id })).failure?.code, unavailable.code)
  await checkInvariants(shop, shopper)
})

test('3-D Secure leads the shopper away and back to an order', async () => {
  const shopper = shop.peers.shopper({ coupon: 'TEN' })
  const checkout = await shop.pay(shopper, { card: '3ds' })
  assert.deepEqual([checkout.status, checkout.redirectUrl], ['action-required', '/confirm'])
  const read = () => shop.world.call(orders.getCheckout, { id: checkout.id }, { as: shopper.actor })
  assert.equal((await read()).status, 'action-required')
  shop.peers.decide(checkout.id, 'authorized')
  const both = await Promise.all([read(), read()])
  assert.deepEqual(
    both.map(({ status }) => status),
    ['confirmed', 'confirmed'],
  )
  await checkInvariants(shop, shopper)
})

test('a payment that is confirmed while nobody looks makes the order when the news of it comes', async () => {
  const shopper = shop.peers.shopper()
  const { id } = await shop.pay(shopper, { card: '3ds' })
  shop.peers.decide(id, 'authorized')
  await shop.world.hear(paymentAuthorized, outcome(id))
  await shop.world.runJobs()
  assert.equal((await shop.ordersOf(shopper)).length, 1)
  await checkInvariants(shop, shopper)
})

test('a gateway that answers within the request makes the shopper wait, not come back', async () => {
  const shopper = shop.peers.shopper()
  const { peers } = shop
  const before = peers.asks
  peers.reach = (point) => {
    if (point === 'authorize is asked' && peers.asks === before + 2) peers.gatewayAnswer = 'authorized'
  }
  assert.equal((await shop.pay(shopper, { card: 'silent' })).status, 'confirmed')
  assert.equal(peers.asks, before + 3)
})

test('an unknown payment stays open for the shopper until the gateway speaks', async () => {
  const shopper = shop.peers.shopper()
  const { id, status } = await shop.pay(shopper, { card: 'silent' })
  assert.equal(status, 'running')
  shop.peers.gatewayAnswer = 'declined'
  const read = await shop.world.call(orders.getCheckout, { id }, { as: shopper.actor })
  assert.deepEqual([read.status, read.failure?.code], ['failed', paymentDeclined.code])
  await checkInvariants(shop, shopper)
})

test('money that comes for a failed checkout is given back, whichever news tells of it', async () => {
  for (const event of [paymentAuthorized, paymentCaptured]) {
    const shopper = shop.peers.shopper()
    await assert.rejects(shop.pay(shopper, { card: 'declined' }))
    const [checkout] = await checkInvariants(shop, shopper)
    const id = checkout?.id ?? ''
    shop.peers.abandoned.delete(id)
    shop.peers.decide(id, 'authorized')
    assert.ok(shop.peers.holdsMoney(id))
    await shop.world.hear(event, outcome(id))
    await shop.world.runJobs()
    await checkInvariants(shop, shopper)
    assert.ok(shop.peers.abandoned.has(id))
  }
})

test('money that is taken before the order is there counts as paid when it comes', async () => {
  const shopper = shop.peers.shopper()
  const { id } = await shop.pay(shopper, { card: '3ds' })
  shop.peers.decide(id, 'captured')
  await shop.world.hear(paymentCaptured, outcome(id))
  await shop.world.runJobs()
  const [order] = await shop.ordersOf(shopper)
  assert.deepEqual([order?.paymentStatus, order?.captured], ['paid', unitPrice])
  await checkInvariants(shop, shopper)
})

test('a checkout is its shopper’s alone', async () => {
  const { id } = await shop.pay(shop.peers.shopper())
  const stranger = shop.peers.shopper()
  const read = shop.world.call(orders.getCheckout, { id }, { as: stranger.actor })
  await assert.rejects(read, refusedWith(notFound))
})

test('a guest who signs in while paying has the order as a customer', async () => {
  const guest = shop.peers.shopper()
  const customerId = newId('cust')
  const { id } = await shop.pay(guest, { card: '3ds', key: 'pressed' })
  await shop.world.hear(guestIdentified, { guestId: guest.id, customerId })
  shop.peers.decide(id, 'authorized')
  const as = { kind: 'customer', id: customerId } as const
  assert.equal((await shop.world.call(orders.getCheckout, { id }, { as })).status, 'confirmed')
  const [order] = await shop.ordersOf({ actor: as })
  assert.equal(order?.ownerId, customerId)
})

test('the way back from the bank stays in the shop', async () => {
  const { actor } = shop.peers.shopper()
  for (const returnUrl of ['https://evil.example', '//evil.example', '/\\evil.example']) {
    const request = {
      expectedTotal: { amount: unitPrice, currency: 'EUR' },
      payment: { gateway: 'sandbox', token: 'good' },
      returnUrl,
    }
    await assert.rejects(shop.world.call(orders.checkout, request, { as: actor }), /returnUrl/)
  }
})
