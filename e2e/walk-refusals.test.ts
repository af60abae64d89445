import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { cart } from '@rialto/cart/contract'
import { catalog } from '@rialto/catalog/contract'
import { until } from '@rialto/kit/until'
import { orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import { pricing } from '@rialto/pricing/contract'
import type { ApiCall } from '@rialto/sdk'
import { databaseUrls, settledViolations } from './checker.ts'
import { stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { buy, cards, fillCart, openStaff, openVisitor, pay, prepare, refusal, tokenOf } from './visitor.ts'

// What the shop refuses, and how: with a stable code, and with what the caller needs to do better.

let shop: Shop
let staff: ApiCall
let ids: Map<string, string>

before(async () => {
  shop = await openShop()
  staff = await openStaff(shop)
  const stocked = await stockShop(staff, [
    { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 100 },
    { handle: 'last-pair', title: 'Last Pair', price: 2490, quantity: 2 },
    { handle: 'dear-coat', title: 'Dear Coat', price: 8900, quantity: 50 },
  ])
  ids = new Map([...stocked].map(([handle, [variant]]) => [handle, variant?.id ?? '']))
})
after(() => shop?.close())

const variant = (handle: string) => ids.get(handle) ?? ''

/** A request as written, for what the client would never send. */
async function raw(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  const reply = await fetch(`${shop.url}/api${path}`, { method, body, headers })
  const text = await reply.text()
  return { status: reply.status, problem: JSON.parse(text) as Record<string, unknown>, reply }
}
const json = { 'content-type': 'application/json' }
const fieldsOf = ({ problem }: { problem: Record<string, unknown> }) =>
  (problem.errors as { field: string }[]).map(({ field }) => field)

test('malformed input is refused with 400 and the name of the field', async () => {
  const cases: [string, string, unknown, string][] = [
    ['POST', '/cart/items', { variantId: 'nonsense' }, 'variantId'],
    ['POST', '/cart/items', { variantId: variant('wool-cap'), quantity: 0 }, 'quantity'],
    ['POST', '/cart/items', { variantId: variant('wool-cap'), quantity: 1.5 }, 'quantity'],
    ['POST', '/cart/items', {}, 'variantId'],
    ['POST', '/cart/items', { variantId: variant('wool-cap'), amount: 3 }, 'amount'],
    ['PUT', '/cart/delivery', { email: 'nobody' }, 'email'],
    ['PUT', '/cart/delivery', { country: 'Germany' }, 'country'],
    ['POST', '/register', { email: 'a@b.example', password: 'short', name: 'A' }, 'password'],
    ['GET', '/search?limit=1000', undefined, 'limit'],
    ['GET', '/search?minPrice=cheap', undefined, 'minPrice'],
  ]
  for (const [method, path, body, field] of cases) {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const answer = await raw(method, path, text, text ? json : {})
    assert.deepEqual([path, answer.status, answer.problem.code], [path, 400, 'invalid-input'])
    assert.ok(
      fieldsOf(answer).some((name) => name.includes(field)),
      `${path}: ${fieldsOf(answer)} for ${field}`,
    )
    assert.match(answer.reply.headers.get('content-type') ?? '', /application\/problem\+json/)
  }
})

test('what is no JSON, of another type or too large is refused as such', async () => {
  assert.equal((await raw('POST', '/cart/items', '{"variantId":', json)).status, 400)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  assert.equal((await raw('POST', '/cart/items', 'variantId=1', form)).status, 415)
  const large = JSON.stringify({ note: 'x'.repeat(1_100_000) })
  assert.equal((await raw('PUT', '/cart/delivery', large, json)).status, 413)
  const wrongFile = await raw('POST', '/imports', 'Handle,Title', json)
  assert.equal(wrongFile.status, 415)
})

test('what does not exist and what belongs to somebody else look the same', async () => {
  const { orderId = '', id: checkoutId } = await buy(openVisitor(shop).call, {
    variantId: variant('wool-cap'),
  })
  const stranger = openVisitor(shop).call
  await stranger(cart.getCart, {})
  const unknown = 'ord_01h455vb4pex5vsknk084sn02q'
  const refusals = [
    await refusal(stranger(orders.getOrder, { id: orderId })),
    await refusal(stranger(orders.getOrder, { id: unknown })),
    await refusal(stranger(orders.cancelOrder, { id: orderId })),
    await refusal(stranger(orders.getCheckout, { id: checkoutId })),
    await refusal(stranger(catalog.getProduct, { id: 'no-such-thing' })),
    await refusal(staff(payments.listLedger, { id: 'pay_01h455vb4pex5vsknk084sn02q' })),
  ]
  assert.deepEqual(
    refusals.map(({ status }) => status),
    [404, 404, 404, 404, 404, 404],
  )
  assert.equal((await raw('GET', '/no/such/operation')).status, 404)
})

test('who read an older version is told so, and changes nothing', async () => {
  const { version } = await staff(catalog.getProduct, { id: 'wool-cap' })
  const { id } = await staff(catalog.getProduct, { id: 'wool-cap' })
  await staff(catalog.updateProduct, { id, title: 'Wool Cap, warm' }, { expectedVersion: version })
  const late = await refusal(
    staff(catalog.updateProduct, { id, title: 'Wool Cap, cold' }, { expectedVersion: version }),
  )
  assert.deepEqual(
    [late.status, late.code, late.details.currentVersion],
    [412, 'version-conflict', version + 1],
  )
  assert.equal((await staff(catalog.getProduct, { id })).title, 'Wool Cap, warm')
})

test('what is taken is refused with 409: a handle, a coupon, an e-mail', async () => {
  const variants = [{ price: { amount: 100, currency: 'EUR' } }]
  const handle = await refusal(staff(catalog.createProduct, { title: 'Cap', handle: 'wool-cap', variants }))
  assert.deepEqual([handle.status, handle.code], [409, 'handle-taken'])
  const promotion = { label: 'Ten', coupon: 'TEN', action: { kind: 'percent' as const, percent: 10 } }
  await staff(pricing.createPromotion, promotion)
  assert.equal((await refusal(staff(pricing.createPromotion, promotion))).code, 'coupon-taken')
})

test('of two who buy the last pair one gets it, the other hears what is left', async () => {
  const shoppers = [openVisitor(shop).call, openVisitor(shop).call]
  const attempts = await Promise.all(
    shoppers.map(async (call) => {
      const filled = await fillCart(call, { variantId: variant('last-pair'), quantity: 2 })
      return { call, attempt: await prepare(call, filled, cards.approved) }
    }),
  )
  const results = await Promise.allSettled(attempts.map(({ call, attempt }) => pay(call, attempt)))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  const lost = results.find((result) => result.status === 'rejected')
  assert.equal(lost?.reason.code, 'out-of-stock')
  assert.deepEqual(lost?.reason.details.lines, [{ variantId: variant('last-pair'), wanted: 2, available: 0 }])
  const late = await refusal(
    until('it is known to be sold out', () =>
      openVisitor(shop)
        .call(cart.addItem, { variantId: variant('last-pair') })
        .then(() => false),
    ),
  )
  assert.deepEqual([late.code, late.details.available], ['not-enough-stock', 0])
})

test('a price that rose stops the checkout with the old and the new total', async () => {
  const { call } = openVisitor(shop)
  const variantId = variant('dear-coat')
  const filled = await fillCart(call, { variantId })
  const attempt = await prepare(call, filled, cards.approved)
  await staff(catalog.updateVariant, { id: variantId, price: { amount: 9900, currency: 'EUR' } })
  const raised = await until('the cart shows the new price', async () => {
    const shown = await call(cart.getCart, {})
    return shown.quote.total === filled.quote.total + 1000 && shown
  })
  assert.match(raised.items[0]?.notice ?? '', /price rose/)
  const stopped = await refusal(pay(call, attempt))
  assert.deepEqual([stopped.status, stopped.code], [409, 'price-changed'])
  assert.deepEqual(stopped.details.expected, attempt.expectedTotal)
  assert.deepEqual(stopped.details.actual, { amount: raised.quote.total, currency: 'EUR' })
  const placed = await pay(call, await prepare(call, raised, cards.approved))
  assert.equal(placed.status, 'confirmed')
})

test('the same key gives the same answer, and belongs to one request', async () => {
  const { call } = openVisitor(shop)
  const filled = await fillCart(call, { variantId: variant('wool-cap') })
  const attempt = await prepare(call, filled, cards.approved)
  const first = await pay(call, attempt)
  const again = await pay(call, attempt)
  assert.deepEqual([again.id, again.orderId], [first.id, first.orderId])
  const other = { ...attempt, token: await tokenOf(call, cards.approved) }
  const reused = await refusal(pay(call, other))
  assert.deepEqual([reused.status, reused.code], [422, 'idempotency-key-reused'])
})

test('pressing the button many times at once buys once', async () => {
  const { call } = openVisitor(shop)
  const filled = await fillCart(call, { variantId: variant('wool-cap') })
  const attempt = await prepare(call, filled, cards.approved)
  const answers = await Promise.all(Array.from({ length: 8 }, () => pay(call, attempt)))
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1)
  assert.equal(new Set(answers.map(({ orderId }) => orderId)).size, 1)
  assert.equal((await call(orders.listOrders, {})).items.length, 1)
})

test('adding to the cart under one key adds once', async () => {
  const { call } = openVisitor(shop)
  await call(cart.getCart, {})
  const idempotencyKey = randomUUID()
  const add = () => call(cart.addItem, { variantId: variant('wool-cap'), quantity: 2 }, { idempotencyKey })
  await add()
  await Promise.all([add(), add()])
  assert.equal((await call(cart.getCart, {})).itemCount, 2)
})

test('an empty or unfinished cart says what is missing', async () => {
  const { call } = openVisitor(shop)
  const empty = await refusal(
    pay(call, { expectedTotal: { amount: 0, currency: 'EUR' }, token: 'tok', key: randomUUID() }),
  )
  assert.equal(empty.code, 'cart-empty')
  const added = await call(cart.addItem, { variantId: variant('wool-cap') })
  const unready = await refusal(pay(call, await prepare(call, added, cards.approved)))
  assert.equal(unready.code, 'cart-not-ready')
  const fields = (unready.details.errors as { field: string }[]).map(({ field }) => field)
  assert.deepEqual(fields, ['email', 'address', 'deliveryMethod'])
})

test('a change that a page of another site sends is refused', async () => {
  const foreign = { ...json, origin: 'https://evil.example' }
  const body = JSON.stringify({ variantId: variant('wool-cap') })
  assert.equal((await raw('POST', '/cart/items', body, foreign)).status, 403)
})

test('after all of this nothing is lost, double or left over', async () => {
  assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir)), [])
})
