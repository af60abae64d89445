import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cart } from '@rialto/cart/contract'
import { until } from '@rialto/kit/until'
import { orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import type { ApiCall } from '@rialto/sdk'
import { databaseUrls, settledViolations } from './checker.ts'
import { stockOf, stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import {
  buy,
  cards,
  decided,
  fillCart,
  openStaff,
  openVisitor,
  pay,
  prepare,
  refusal,
  tokenOf,
} from './visitor.ts'

// What becomes of a checkout for each way in which a card can behave.

let shop: Shop
let staff: ApiCall
let variantId: string

before(async () => {
  shop = await openShop()
  staff = await openStaff(shop)
  const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 100 }
  variantId = (await stockShop(staff, [good])).get('wool-cap')?.[0]?.id ?? ''
})
after(() => shop?.close())

test('the shop names the sandbox and its test cards', async () => {
  const { items } = await openVisitor(shop).call(payments.listPaymentMethods, {})
  const numbers = items.flatMap(({ testCards }) => testCards.map(({ number }) => number.replaceAll(' ', '')))
  for (const number of Object.values(cards)) assert.ok(numbers.includes(number.replaceAll(' ', '')), number)
})

test('an approved card makes an order', async () => {
  const { status, orderNumber = '' } = await buy(openVisitor(shop).call, { variantId })
  assert.equal(status, 'confirmed')
  assert.match(orderNumber, /^R-[0-9A-Z]{8}$/)
})

test('a declined card keeps the cart, holds nothing, and another card may pay', async () => {
  const { call } = openVisitor(shop)
  const filled = await fillCart(call, { variantId, quantity: 2 })
  const declined = await refusal(pay(call, await prepare(call, filled, cards.declined)))
  assert.deepEqual([declined.status, declined.code], [402, 'payment-declined'])
  assert.match(declined.message, /declined/i)
  const kept = await call(cart.getCart, {})
  assert.deepEqual([kept.itemCount, kept.ready], [2, true])
  await until('nothing is held', async () => (await stockOf(staff, variantId)).reserved === 0)
  const again = await pay(call, await prepare(call, kept, cards.approved))
  assert.equal(again.status, 'confirmed')
})

test('a card declined for a reason of its own names the field to correct', async () => {
  const { call } = openVisitor(shop)
  const filled = await fillCart(call, { variantId })
  const declined = await refusal(pay(call, await prepare(call, filled, cards.expired)))
  assert.deepEqual([declined.code, declined.details.field], ['payment-declined', 'expiry'])
  assert.equal((await call(cart.getCart, {})).itemCount, 1)
})

test('a wrong card number is refused before any checkout', async () => {
  const { call } = openVisitor(shop)
  const wrong = await refusal(tokenOf(call, '4242 4242 4242 4241'))
  assert.equal(wrong.code, 'invalid-card')
  assert.deepEqual(
    (wrong.details.errors as { field: string }[]).map(({ field }) => field),
    ['number'],
  )
})

test('a confirmed 3-D Secure challenge makes an order', async () => {
  const { call } = openVisitor(shop)
  const open = await buy(call, { variantId }, cards.secure)
  assert.equal(open.status, 'action-required')
  assert.equal(await answer(call, open.redirectUrl, true), `/checkout/${open.id}`)
  assert.equal((await decided(call, open.id)).status, 'confirmed')
})

test('a refused 3-D Secure challenge makes none, and gives the goods free', async () => {
  const { call } = openVisitor(shop)
  const open = await buy(call, { variantId, quantity: 3 }, cards.secure)
  await answer(call, open.redirectUrl, false)
  const checkout = await decided(call, open.id)
  assert.deepEqual([checkout.status, checkout.failure?.code], ['failed', 'payment-declined'])
  assert.equal((await call(cart.getCart, {})).itemCount, 3)
})

test('a gateway that does not answer is asked until the order is there', async () => {
  const { call } = openVisitor(shop)
  const begun = await buy(call, { variantId }, cards.timeout)
  const { status, orderId = '' } = await decided(call, begun.id)
  assert.equal(status, 'confirmed')
  const order = await call(orders.getOrder, { id: orderId })
  assert.equal(order.checkoutId, begun.id)
})

test('a payment that is approved late, by a webhook, makes the order without anybody asking', async () => {
  const { call } = openVisitor(shop)
  const { id } = await buy(call, { variantId }, cards.late)
  const [order] = await until('the order appears', async () => {
    const { items } = await call(orders.listOrders, {})
    return items.length > 0 && items
  })
  assert.equal(order?.checkoutId, id)
})

test('a webhook with a wrong signature is refused', async () => {
  const reply = await fetch(`${shop.url}/api/payments/webhooks/sandbox`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'webhook-signature': 'v1,wrong' },
    body: JSON.stringify({ id: 'evt_1', type: 'payment.captured' }),
  })
  await reply.arrayBuffer()
  assert.ok(reply.status >= 400 && reply.status < 500, String(reply.status))
})

test('after all of this nothing is lost, double or left over', async () => {
  assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir)), [])
})

/** Does what the challenge page does; answers with the path to return to. */
async function answer(call: ApiCall, redirectUrl: string | undefined, approve: boolean): Promise<string> {
  const id = redirectUrl?.split(/[/=?]/).at(-1) ?? ''
  const challenge = await call(payments.getSandboxChallenge, { id })
  assert.equal(challenge.status, 'open')
  const { returnUrl } = await call(payments.answerSandboxChallenge, { id, approve })
  return returnUrl
}
