import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { guestIdentified } from '@rialto/identity/contract'
import { newId } from '@rialto/kit/id'
import { conflict, is, notFound, type ProblemInfo, versionConflict } from '@rialto/kit/problem'
import { paymentCaptured, paymentRefunded, paymentVoided, refundFailed } from '@rialto/payments/contract'
import { shipmentDelivered } from '@rialto/shipping/contract'
import {
  notCancellable,
  type Order,
  orderCancelled,
  orderDelivered,
  orderRefunded,
  orderShipped,
  orders,
  refundRequested,
  refundTooLarge,
} from './contract.ts'
import { staff } from './testing.ts'
import { unitPrice } from './testing-cart.ts'
import { openShop, type Shop } from './testing-shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop()
  // What becomes of money is told here by news alone.
  shop.peers.mute = true
})
after(() => shop.close())

const refusedWith = (type: ProblemInfo) => (error: unknown) => is(error, type)
const eur = (amount: number) => ({ amount, currency: 'EUR' })
const outcome = ({ checkoutId, total }: Order) => ({
  paymentId: newId('pay'),
  checkoutId,
  amount: eur(total),
})
const read = ({ id }: Order) => shop.world.call(orders.getOrder, { id })
const owner = ({ ownerId }: Order) => ({ kind: 'guest', id: ownerId }) as const
const pack = ({ id }: Order, lines?: { lineId: string; quantity: number }[]) =>
  shop.world.call(orders.packOrder, { id, lines }, { as: staff })
const refund = ({ id }: Order, amount: number) =>
  shop.world.call(orders.refundOrder, { id, amount: eur(amount), reason: 'A dent' }, { as: staff })
const ship = ({ id, fulfilments }: Order) =>
  shop.world.call(
    orders.shipFulfilment,
    { id, fulfilmentId: fulfilments.at(-1)?.id ?? '', carrier: 'DHL', trackingNumber: '00340' },
    { as: staff },
  )
async function paid({ quantity = 1 } = {}): Promise<Order> {
  const order = await shop.buy({ quantity })
  await shop.world.hear(paymentCaptured, outcome(order))
  return read(order)
}
async function about<Data extends { orderId: string }>(
  said: Promise<Data[]>,
  { id }: Order,
): Promise<Data[]> {
  return (await said).filter(({ orderId }) => orderId === id)
}

test('an order is paid when payments says so, once, however often it is told', async () => {
  const order = await shop.buy()
  const news = { id: 'msg_captured' }
  await shop.world.hear(paymentCaptured, outcome(order), news)
  await shop.world.hear(paymentCaptured, outcome(order), news)
  await shop.world.hear(paymentCaptured, outcome(order))
  const now = await read(order)
  assert.deepEqual([now.paymentStatus, now.captured, now.version], ['paid', order.total, order.version + 1])
})

test('an order is packed, shipped and delivered, and its customer hears of it', async () => {
  const order = await paid({ quantity: 3 })
  const lineId = order.lines[0]?.id ?? ''
  await pack(order, [{ lineId, quantity: 1 }])
  const half = await ship(await read(order))
  assert.deepEqual([half.status, half.fulfilmentStatus], ['processing', 'partial'])
  const whole = await ship(await pack(order))
  assert.equal(whole.status, 'shipped')
  assert.equal((await about(shop.world.said(orderShipped), order)).length, 2)
  const [first, second] = whole.fulfilments
  const arrived = { id: order.id, fulfilmentId: first?.id ?? '' }
  await shop.world.call(orders.deliverFulfilment, arrived, { as: staff })
  await shop.world.call(orders.deliverFulfilment, arrived, { as: staff })
  assert.equal((await about(shop.world.said(orderDelivered), order)).length, 0)
  const news = { shipmentId: newId('shp'), orderId: order.id, fulfilmentId: second?.id ?? '' }
  await shop.world.hear(shipmentDelivered, news)
  await shop.world.hear(shipmentDelivered, news)
  assert.equal((await read(order)).status, 'delivered')
  assert.equal((await about(shop.world.said(orderDelivered), order)).length, 1)
})

test('two who pack at once never pack more than was bought', async () => {
  const order = await paid({ quantity: 3 })
  const lines = [{ lineId: order.lines[0]?.id ?? '', quantity: 2 }]
  const both = await Promise.allSettled([pack(order, lines), pack(order, lines)])
  const [failed] = both.filter((one) => one.status === 'rejected')
  assert.ok(failed && is(failed.reason, conflict))
  const now = await read(order)
  assert.deepEqual([now.lines[0]?.fulfilled, now.fulfilments.length], [2, 1])
})

test('an order is either cancelled or packed, also when both come at once', async () => {
  for (let round = 0; round < 10; round++) {
    const order = await paid()
    const cancel = shop.world.call(orders.cancelOrder, { id: order.id }, { as: owner(order) })
    const both = await Promise.allSettled([cancel, pack(order)])
    assert.equal(both.filter(({ status }) => status === 'fulfilled').length, 1)
    const now = await read(order)
    assert.equal(now.status === 'cancelled', now.fulfilments.length === 0)
    const said = await about(shop.world.said(orderCancelled), order)
    assert.equal(said.length, now.status === 'cancelled' ? 1 : 0)
  }
})

test('the shopper cancels until it is packed, staff until it is shipped', async () => {
  const order = await paid()
  await pack(order)
  const cancel = (as: Parameters<typeof shop.pay>[0]['actor']) =>
    shop.world.call(orders.cancelOrder, { id: order.id, reason: 'Changed my mind' }, { as })
  await assert.rejects(cancel(owner(order)), refusedWith(notCancellable))
  const cancelled = await cancel(staff)
  assert.deepEqual([cancelled.status, cancelled.cancelReason], ['cancelled', 'Changed my mind'])
  await assert.rejects(cancel(staff), refusedWith(notCancellable))
  const sent = await paid()
  await ship(await pack(sent))
  const late = shop.world.call(orders.cancelOrder, { id: sent.id }, { as: staff })
  await assert.rejects(late, refusedWith(notCancellable))
})

test('a cancelled order shows that its money was let go or given back', async () => {
  const held = await shop.buy()
  await shop.world.call(orders.cancelOrder, { id: held.id }, { as: owner(held) })
  await shop.world.hear(paymentVoided, outcome(held))
  assert.equal((await read(held)).paymentStatus, 'voided')
  const order = await paid()
  await shop.world.call(orders.cancelOrder, { id: order.id }, { as: owner(order) })
  const back = { ...outcome(order), refundId: newId('ref'), refundedTotal: order.total }
  await shop.world.hear(paymentRefunded, back)
  const now = await read(order)
  assert.deepEqual([now.paymentStatus, now.refunds.length], ['refunded', 1])
  await assert.rejects(refund(order, 1), refusedWith(refundTooLarge))
})

test('all refunds together stay within what was paid, also when they are asked for at once', async () => {
  const order = await paid()
  const asked = await Promise.allSettled([1, 2, 3, 4, 5].map(() => refund(order, unitPrice / 2)))
  const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  assert.equal(refused.length, 3)
  for (const reason of refused) assert.ok(is(reason, refundTooLarge))
  assert.equal((await about(shop.world.said(refundRequested), order)).length, 2)
})

test('a refund is told when the money is back, and can be asked for again when it failed', async () => {
  const order = await paid()
  const [first, second] = (await refund(order, 100).then(() => refund(order, unitPrice - 100))).refunds
  const told = { ...outcome(order), amount: eur(100), refundId: first?.id ?? '', refundedTotal: 100 }
  await shop.world.hear(paymentRefunded, told)
  await shop.world.hear(paymentRefunded, told)
  const failed = { ...outcome(order), refundId: second?.id ?? '', reason: 'Card expired' }
  await shop.world.hear(refundFailed, failed)
  const now = await read(order)
  assert.deepEqual([now.paymentStatus, now.refunded], ['partially-refunded', 100])
  assert.deepEqual(
    now.refunds.map(({ status }) => status),
    ['done', 'failed'],
  )
  assert.equal((await about(shop.world.said(orderRefunded), order)).length, 1)
  assert.equal((await refund(order, unitPrice - 100)).refunds.length, 3)
})

test('who changes what somebody else has changed meanwhile is told so', async () => {
  const order = await paid()
  await refund(order, 1)
  const options = { as: staff, expectedVersion: order.version }
  const stale = shop.world.call(orders.packOrder, { id: order.id }, options)
  await assert.rejects(stale, refusedWith(versionConflict))
})

test('an order is its owner’s and the staff’s alone', async () => {
  const [mine, theirs] = [await shop.buy(), await shop.buy()]
  const as = owner(mine)
  assert.equal((await shop.world.call(orders.getOrder, { id: mine.id }, { as })).id, mine.id)
  await assert.rejects(shop.world.call(orders.getOrder, { id: theirs.id }, { as }), refusedWith(notFound))
  await assert.rejects(shop.world.call(orders.cancelOrder, { id: theirs.id }, { as }), refusedWith(notFound))
  await assert.rejects(shop.world.call(orders.packOrder, { id: mine.id }, { as }), /./)
  const { items } = await shop.world.call(orders.listOrders, {}, { as })
  assert.deepEqual(
    items.map(({ id }) => id),
    [mine.id],
  )
})

test('orders are read by their ids, but never those of others', async () => {
  const [mine, theirs] = [await shop.buy(), await shop.buy()]
  const ids = [mine.id, theirs.id]
  const seen = async (as: ReturnType<typeof owner> | typeof staff) => {
    const { items } = await shop.world.call(orders.listOrders, { ids }, { as })
    return items.map(({ id }) => id).sort()
  }
  assert.deepEqual(await seen(owner(mine)), [mine.id])
  assert.deepEqual(await seen(staff), ids.toSorted())
})

test('a guest finds the order by number and e-mail; a wrong one of either gets the same answer', async () => {
  const { number, id } = await shop.buy()
  const find = (typed: string, email: string) =>
    shop.world.call(orders.findOrder, { number: typed, email }, { as: { kind: 'anyone' } })
  assert.equal((await find(number.toLowerCase(), 'Ada@Example.com')).id, id)
  const answers = [find(number, 'eve@example.com'), find('R-ZZZZZZZZ', 'ada@example.com')]
  const told = await Promise.all(answers.map((answer) => answer.then(() => assert.fail(), String)))
  assert.equal(told[0], told[1])
})

test('a list gives every order once, newest first, page by page, also under two identities', async () => {
  const [guestId, customerId] = [newId('guest'), newId('cust')]
  const template = await shop.buy()
  await shop.world.database.run`
    insert into orders select 'ord_copy' || lpad(n::text, 22, '0'), 'R-C' || n, 'chk_' || n, cart_id,
      case when n % 3 = 0 then ${guestId} else ${customerId} end, 'list@example.com',
      case when n % 2 = 0 then 'processing' else 'delivered' end, payment_status, fulfilment_status, currency,
      total, captured, refunded, lines, details, fulfilments, refunds, timeline,
      placed_at + (n / 4) * interval '1 second', null, null, 1
    from orders, generate_series(1, 1000) n where id = ${template.id}`
  const actor = { kind: 'customer', id: customerId, guestId } as const
  const all = async (query: object, as: typeof actor | typeof staff = actor) => {
    const seen: Order[] = []
    let after: string | undefined
    do {
      const page = await shop.world.call(orders.listOrders, { ...query, limit: 100, after }, { as })
      seen.push(...page.items)
      after = page.next
    } while (after)
    return seen
  }
  const seen = await all({})
  assert.equal(new Set(seen.map(({ id }) => id)).size, 1_000)
  const keys = seen.map(({ placedAt, id }) => placedAt + id)
  assert.deepEqual(keys, keys.toSorted().reverse())
  assert.equal((await all({ status: 'delivered' })).length, 500)
  assert.equal((await all({ email: 'List@example.com' }, staff)).length, 1_000)
  await assert.rejects(shop.world.call(orders.listOrders, { after: 'nonsense' }, { as: actor }), /after/)
})

test('a page of many orders is read from the index alone, not by sorting them all', async () => {
  const owners = ['cust_planned', 'guest_planned']
  await shop.world.database.run`analyze orders`
  const plan = await shop.world.database.rows<{ 'QUERY PLAN': string }>`
    explain select o.id from unnest(${owners}::text[]) as w(owner) cross join lateral (
      select id, placed_at from orders where owner_id = w.owner order by placed_at desc, id desc limit 21) o
    order by placed_at desc, id desc limit 21`
  assert.match(plan.map((row) => row['QUERY PLAN']).join('\n'), /using orders_by_owner/)
})

test('what a guest bought is the customer’s after signing in', async () => {
  const order = await shop.buy()
  const customerId = newId('cust')
  await shop.world.hear(guestIdentified, { guestId: order.ownerId, customerId })
  const { items } = await shop.world.call(orders.listOrders, {}, { as: { kind: 'customer', id: customerId } })
  assert.deepEqual(
    items.map(({ id }) => id),
    [order.id],
  )
  const guest = await shop.world.call(orders.listOrders, {}, { as: owner(order) })
  assert.equal(guest.items.length, 0)
})

test('many messages of one order in one go all count', async () => {
  const order = await shop.buy({ quantity: 2 })
  await Promise.all([
    shop.world.hear(paymentCaptured, outcome(order)),
    shop.world.hear(paymentRefunded, {
      ...outcome(order),
      amount: eur(10),
      refundId: newId('ref'),
      refundedTotal: 10,
    }),
  ])
  const now = await read(order)
  assert.deepEqual([now.captured, now.refunded, now.version], [order.total, 10, order.version + 2])
})
