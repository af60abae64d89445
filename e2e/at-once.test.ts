import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { cart } from '@rialto/cart/contract'
import { identity } from '@rialto/identity/contract'
import { until } from '@rialto/kit/until'
import { type Order, orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import { pricing } from '@rialto/pricing/contract'
import type { ApiCall } from '@rialto/sdk'
import { atOnce, times } from './at-once.ts'
import { databaseUrls, settledViolations } from './checker.ts'
import { stockOf, stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { type Basket, buy, cards, fillCart, openStaff, openVisitor, pay, prepare } from './visitor.ts'

// Two people, or one with two tabs, press at the same moment. After each story the books of all services agree.

const goods = ['wool-cap', 'sun-hat', 'rain-coat', 'apple-box'] as const
/** As often as a moment is tried of which nobody can tell who comes first. */
const rounds = 6

let shop: Shop
let staff: ApiCall
const variants = new Map<string, string>()
const variant = (handle: (typeof goods)[number] | 'last-vase') => variants.get(handle) ?? ''

before(async () => {
  shop = await openShop({ replicas: 'orders=2,cart=2,pricing=2,payments=2' })
  staff = await openStaff(shop)
  const many = goods.map((handle) => ({ handle, title: handle, price: 2490, quantity: 500 }))
  const one = { handle: 'last-vase', title: 'The Last Vase', price: 9900, quantity: 1 }
  for (const [handle, [first]] of await stockShop(staff, [...many, one]))
    variants.set(handle, first?.id ?? '')
})
afterEach(async () => {
  assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir)), [])
})
after(() => shop?.close())

/** Somebody with a filled cart, and so many presses of the pay button, each with a key and card token of its own. */
async function readyToPay(count: number, basket: Partial<Basket> = {}, card: string = cards.approved) {
  const { call } = openVisitor(shop)
  const filled = await fillCart(call, { variantId: variant('wool-cap'), ...basket })
  return { call, presses: await Promise.all(times(count, () => prepare(call, filled, card))) }
}

async function ordersOf(call: ApiCall): Promise<readonly Order[]> {
  return (await call(orders.listOrders, { limit: 100 })).items
}

async function paidOrder(): Promise<{ call: ApiCall; order: Order }> {
  const { call } = openVisitor(shop)
  const { orderId: id = '' } = await buy(call, { variantId: variant('wool-cap') })
  const order = await until('the money is charged', async () => {
    const read = await call(orders.getOrder, { id })
    return read.paymentStatus === 'paid' && read
  })
  return { call, order }
}

/** Staff besides the first one, each with a session of their own. */
async function colleague(number: number): Promise<ApiCall> {
  const account = { email: `staff-${number}-${randomUUID()}@shop.example`, password: 'a-long-password' }
  await staff(identity.createStaff, { ...account, name: 'Colleague', permissions: ['orders'] })
  const { call } = openVisitor(shop)
  await call(identity.signIn, account)
  return call
}

test('the cart that is bought from several tabs at once becomes one order', async () => {
  const { call, presses } = await readyToPay(6, { quantity: 2 })
  const { answers, codes } = await atOnce(presses.map((press) => () => pay(call, press)))
  assert.ok(answers.length > 0)
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1)
  // Who comes when it is bought already finds an empty cart.
  assert.deepEqual(
    codes.filter((code) => code !== 'cart-empty'),
    [],
  )
  assert.equal((await ordersOf(call)).length, 1)
  await until('the cart is empty', async () => (await call(cart.getCart, {})).items.length === 0)
})

test('the cart that is bought at once with a card that is asked about becomes one order', async () => {
  const { call, presses } = await readyToPay(4, {}, cards.timeout)
  const { answers } = await atOnce(presses.map((press) => () => pay(call, press)))
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1)
  await until('the order is there', async () => (await ordersOf(call)).length === 1)
})

test('the same key pressed many times at once buys once, and all answers agree', async () => {
  const { call, presses } = await readyToPay(1)
  const [press] = presses
  if (!press) throw new Error('There is nothing to press.')
  const { answers, codes } = await atOnce(times(10, () => () => pay(call, press)))
  assert.deepEqual([answers.length, codes], [10, []])
  assert.equal(new Set(answers.map(({ id, orderId, status }) => `${id} ${orderId} ${status}`)).size, 1)
  assert.deepEqual(
    (await ordersOf(call)).map(({ id }) => id),
    [answers[0]?.orderId],
  )
})

test('the same key with other content is refused, whoever comes first', async () => {
  const { call, presses } = await readyToPay(5)
  const key = presses[0]?.key ?? ''
  const { answers, codes } = await atOnce(presses.map((press) => () => pay(call, { ...press, key })))
  assert.deepEqual([answers.length, codes], [1, ['idempotency-key-reused']])
  assert.equal((await ordersOf(call)).length, 1)
})

test('the last one goes to one of all who want it', async () => {
  const ready = await Promise.all(times(8, () => readyToPay(1, { variantId: variant('last-vase') })))
  const { answers, codes } = await atOnce(
    ready.flatMap(({ call, presses }) => presses.map((press) => () => pay(call, press))),
  )
  assert.deepEqual([answers.map(({ status }) => status), codes], [['confirmed'], ['out-of-stock']])
  await until('it is sold', async () => {
    const { free, reserved, sold } = await stockOf(staff, variant('last-vase'))
    return free === 0 && reserved === 0 && sold === 1
  })
})

test('a coupon is used exactly as often as it may be', async () => {
  const action = { kind: 'percent', percent: 50 } as const
  const { id } = await staff(pricing.createPromotion, {
    label: 'First three',
    coupon: 'FIRST3',
    action,
    usageLimit: 3,
  })
  const ready = await Promise.all(times(8, () => readyToPay(1, { coupon: 'FIRST3' })))
  const { answers, codes } = await atOnce(
    ready.flatMap(({ call, presses }) => presses.map((press) => () => pay(call, press))),
  )
  assert.equal(answers.length, 3)
  // Who comes late is told of the coupon, or already of the new total without it.
  assert.ok(
    codes.every((code) => code === 'coupon-unusable' || code === 'price-changed'),
    codes.join(),
  )
  const bought = (await Promise.all(ready.map(({ call }) => ordersOf(call)))).flat()
  assert.deepEqual(
    bought.map(({ coupons }) => coupons),
    times(3, () => ['FIRST3']),
  )
  assert.equal((await staff(pricing.getPromotion, { id })).used, 3)
})

test('an order that two of the staff refund at once gives back what was paid, once', async () => {
  const { order } = await paidOrder()
  const { id, total, currency, checkoutId } = order
  const colleagues = await Promise.all(times(3, colleague))
  const amount = { amount: total, currency }
  const { answers, codes } = await atOnce(
    colleagues.map((call) => () => call(orders.refundOrder, { id, amount, reason: 'A scratch' })),
  )
  assert.deepEqual([answers.length, codes], [1, ['refund-too-large']])
  await isGivenBack(id, checkoutId, total)
})

test('refunds of parts at once move money once each, and never more than was paid', async () => {
  const { order } = await paidOrder()
  const { id, total, currency, checkoutId } = order
  const part = Math.floor(total / 3)
  const colleagues = await Promise.all(times(5, colleague))
  const { answers, codes } = await atOnce(
    colleagues.map((call) => () => {
      const amount = { amount: part, currency }
      return call(orders.refundOrder, { id, amount, reason: 'A scratch' })
    }),
  )
  assert.deepEqual([answers.length, codes], [3, ['refund-too-large']])
  await isGivenBack(id, checkoutId, 3 * part)
})

test('one refund that is pressed many times at once under its key is one refund', async () => {
  const { order } = await paidOrder()
  const { id, currency, checkoutId } = order
  const refund = (amount: number) => () =>
    staff(
      orders.refundOrder,
      { id, amount: { amount, currency }, reason: 'A scratch' },
      { idempotencyKey: `refund-${id}` },
    )
  const { answers, codes } = await atOnce(times(6, () => refund(100)))
  assert.deepEqual([answers.length, codes], [6, []])
  assert.equal(new Set(answers.map(({ refunds }) => JSON.stringify(refunds))).size, 1)
  const other = await atOnce([refund(200)])
  assert.deepEqual(other.codes, ['idempotency-key-reused'])
  await isGivenBack(id, checkoutId, 100)
})

test('an order is cancelled or packed, never both', async () => {
  for (let round = 0; round < rounds; round++) {
    const { call } = openVisitor(shop)
    const { orderId: id = '' } = await buy(call, { variantId: variant('sun-hat') })
    const { codes, answers } = await atOnce([
      () => call(orders.cancelOrder, { id }),
      () => staff(orders.packOrder, { id }),
    ])
    assert.equal(answers.length, 1)
    const { cancelledAt, fulfilments } = await call(orders.getOrder, { id })
    assert.equal(fulfilments.length, cancelledAt ? 0 : 1)
    assert.deepEqual(codes, [cancelledAt ? 'conflict' : 'not-cancellable'])
  }
})

test('an order is cancelled by the staff or shipped, never both', async () => {
  for (let round = 0; round < rounds; round++) {
    const { call } = openVisitor(shop)
    const { orderId: id = '' } = await buy(call, { variantId: variant('sun-hat') })
    const [fulfilment] = (await staff(orders.packOrder, { id })).fulfilments
    const handover = { id, fulfilmentId: fulfilment?.id ?? '', carrier: 'Post', trackingNumber: 'P-1' }
    const { codes, answers } = await atOnce([
      () => staff(orders.cancelOrder, { id }),
      () => staff(orders.shipFulfilment, handover),
    ])
    assert.equal(answers.length, 1)
    const { status } = await call(orders.getOrder, { id })
    assert.deepEqual(
      [status, codes],
      status === 'cancelled' ? [status, ['conflict']] : ['shipped', ['not-cancellable']],
    )
  }
})

test('carts of several devices that sign in at once become one, and no line is lost', async () => {
  const account = { email: 'grace@at-once.example', password: 'a-long-password' }
  const home = openVisitor(shop)
  await home.call(identity.register, { ...account, name: 'Grace Hopper' })
  await home.call(cart.addItem, { variantId: variant('rain-coat') })
  const devices = times(2, () => openVisitor(shop).call)
  await Promise.all(devices.map((call) => call(cart.getCart, {})))
  await Promise.all(
    devices.flatMap((call, index) => [
      call(cart.addItem, { variantId: variant('wool-cap'), quantity: 3 - index }),
      call(cart.addItem, { variantId: variant(index === 0 ? 'sun-hat' : 'apple-box') }),
    ]),
  )
  const { codes } = await atOnce<unknown>([
    ...devices.map((call) => () => call(identity.signIn, account)),
    () => home.call(cart.addItem, { variantId: variant('rain-coat') }),
  ])
  assert.deepEqual(codes, [])
  const wanted = { 'wool-cap': 3, 'rain-coat': 2, 'sun-hat': 1, 'apple-box': 1 }
  for (const call of [home.call, ...devices]) {
    const shown = await until('all carts are one', async () => {
      const { items } = await call(cart.getCart, {})
      return items.length === goods.length && items
    })
    assert.deepEqual(Object.fromEntries(shown.map(({ handle, quantity }) => [handle, quantity])), wanted)
  }
})

test('who signs in at the moment of paying has one order, and nothing of it in the cart', async () => {
  for (let round = 0; round < rounds; round++) {
    const account = { email: `lin-${round}@at-once.example`, password: 'a-long-password' }
    await openVisitor(shop).call(identity.register, { ...account, name: 'Lin' })
    const { call, presses } = await readyToPay(1)
    const { answers, codes } = await atOnce<unknown>([
      ...presses.map((press) => () => pay(call, press)),
      () => call(identity.signIn, account),
    ])
    assert.deepEqual([answers.length, codes], [2, []])
    await until('the order is the customer’s', async () => (await ordersOf(call)).length === 1)
    await until('the cart is empty', async () => (await call(cart.getCart, {})).items.length === 0)
  }
})

/** The money moves once for each accepted refund: order and payment agree on the sum. */
async function isGivenBack(id: string, checkoutId: string, amount: number): Promise<void> {
  await until('the money is back', async () => {
    const { refunded, refunds } = await staff(orders.getOrder, { id })
    return refunds.every(({ status }) => status === 'done') && refunded === amount
  })
  const { items } = await staff(payments.listPayments, { checkoutId })
  assert.deepEqual(
    items.map(({ refunded }) => refunded),
    [amount],
  )
}
