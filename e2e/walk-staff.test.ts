import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { catalog } from '@rialto/catalog/contract'
import { identity } from '@rialto/identity/contract'
import { inventory } from '@rialto/inventory/contract'
import { until } from '@rialto/kit/until'
import { notifications } from '@rialto/notifications/contract'
import { orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import { pricing } from '@rialto/pricing/contract'
import type { ApiCall } from '@rialto/sdk'
import { databaseUrls, settledViolations } from './checker.ts'
import { bytesOf, csvOf, importCsv, stockOf, stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { buy, openStaff, openVisitor, refusal } from './visitor.ts'

// What the people behind the shop do: import, sell, cancel, give back, and let others help.

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

test('an import reports each refused row and takes in the rest', async () => {
  const good = { handle: 'tea-pot', title: 'Tea Pot', price: 3900, quantity: 5 }
  const bad = { handle: 'bad-pot', title: 'Bad Pot', price: Number.NaN, quantity: 5 }
  const report = await importCsv(staff, csvOf([good, bad]), 'pots.csv')
  assert.deepEqual(
    [report.status, report.filename, report.products, report.refusedProducts],
    ['done', 'pots.csv', 1, 1],
  )
  const [refused] = report.refusals
  assert.deepEqual([refused?.row, refused?.column, refused?.handle], [3, 'Variant Price', 'bad-pot'])
  assert.equal((await staff(catalog.getProduct, { id: 'tea-pot' })).title, 'Tea Pot')
  await assert.rejects(staff(catalog.getProduct, { id: 'bad-pot' }), { status: 404 })
})

test('a dry run reports and changes nothing', async () => {
  const body = bytesOf(csvOf([{ handle: 'dry-pot', title: 'Dry Pot', price: 100, quantity: 1 }]))
  const { id } = await staff(catalog.startImport, { body, dryRun: true })
  const report = await until('the file is read', async () => {
    const read = await staff(catalog.getImport, { id })
    return read.status !== 'running' && read
  })
  assert.deepEqual([report.status, report.products], ['done', 1])
  await assert.rejects(staff(catalog.getProduct, { id: 'dry-pot' }), { status: 404 })
})

test('the same file twice changes nothing the second time', async () => {
  const good = { handle: 'same-pot', title: 'Same Pot', price: 3900, quantity: 5 }
  await stockShop(staff, [good])
  const before = await staff(catalog.getProduct, { id: 'same-pot' })
  await importCsv(staff, csvOf([good]))
  assert.equal((await staff(catalog.getProduct, { id: 'same-pot' })).version, before.version)
})

test('a cancelled order gives back the goods and the money', async () => {
  const email = 'cancel@shop.example'
  const { call } = openVisitor(shop)
  const before = await stockOf(staff, variantId)
  const { id: checkoutId, orderId: id = '' } = await buy(call, { variantId, quantity: 4, email })
  await paid(call, id)
  const { status } = await call(orders.cancelOrder, { id, reason: 'I have one already' })
  assert.equal(status, 'cancelled')
  await until('the goods are back', async () => {
    const { free, sold } = await stockOf(staff, variantId)
    return free === before.free && sold === before.sold
  })
  const order = await until('the money is back', async () => {
    const read = await call(orders.getOrder, { id })
    return read.refunded === read.total && read
  })
  assert.equal(order.paymentStatus, 'refunded')
  const { items } = await staff(payments.listPayments, { checkoutId })
  assert.deepEqual([items.length, items[0]?.refunded], [1, order.total])
  const { items: mails } = await call(notifications.listInbox, { to: email })
  assert.equal(mails.filter(({ template }) => template === 'order-cancelled').length, 1)
  const again = await refusal(call(orders.cancelOrder, { id }))
  assert.equal(again.code, 'not-cancellable')
})

test('an order that is cancelled at once, before the money is taken, costs nothing in the end', async () => {
  const { call } = openVisitor(shop)
  const { orderId: id = '' } = await buy(call, { variantId })
  await call(orders.cancelOrder, { id })
  await until('nothing is kept', async () => {
    const { paymentStatus } = await call(orders.getOrder, { id })
    return paymentStatus === 'voided' || paymentStatus === 'refunded'
  })
})

test('a shopper cannot cancel what is packed, staff cannot cancel what is shipped', async () => {
  const { call } = openVisitor(shop)
  const { orderId: id = '' } = await buy(call, { variantId })
  const { fulfilments } = await staff(orders.packOrder, { id })
  assert.equal((await refusal(call(orders.cancelOrder, { id }))).code, 'not-cancellable')
  const fulfilmentId = fulfilments[0]?.id ?? ''
  await staff(orders.shipFulfilment, { id, fulfilmentId, carrier: 'Post', trackingNumber: 'P-2' })
  assert.equal((await refusal(staff(orders.cancelOrder, { id }))).code, 'not-cancellable')
})

test('refunds add up to what was captured and never to more, also when asked at once', async () => {
  const { call } = openVisitor(shop)
  const { orderId: id = '' } = await buy(call, { variantId })
  const { total } = await paid(call, id)
  const refund = (amount: number) =>
    staff(orders.refundOrder, { id, amount: { amount, currency: 'EUR' }, reason: 'A scratch' })
  assert.equal((await refusal(refund(total + 1))).code, 'refund-too-large')
  const half = Math.ceil(total / 2)
  const attempts = await Promise.allSettled([refund(half), refund(half), refund(half)])
  assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, total === 2 * half ? 2 : 1)
  await until('the refunds are through', async () => {
    const { refunds } = await call(orders.getOrder, { id })
    return refunds.every(({ status }) => status === 'done')
  })
  const order = await call(orders.getOrder, { id })
  const left = order.captured - order.refunded
  if (left > 0) await refund(left)
  await until('all is given back', async () => {
    const { paymentStatus } = await call(orders.getOrder, { id })
    return paymentStatus === 'refunded'
  })
  assert.equal((await refusal(refund(1))).code, 'refund-too-large')
})

test('staff may do what their permissions name and nothing else', async () => {
  const clerk = { email: 'clerk@shop.example', password: 'a-long-password' }
  await staff(identity.createStaff, { ...clerk, name: 'Clerk', permissions: ['orders'] })
  const { call } = openVisitor(shop)
  await call(identity.signIn, clerk)
  await call(orders.listOrders, {})
  const forbidden = [
    call(catalog.removeProduct, { id: 'wool-cap' }),
    call(inventory.listStock, {}),
    call(pricing.listPromotions, {}),
    call(payments.listPayments, {}),
    call(identity.listCustomers, {}),
    call(identity.createStaff, { ...clerk, name: 'Friend', permissions: ['*'] }),
  ]
  assert.deepEqual(await statusesOf(forbidden), Array(forbidden.length).fill(403))
})

test('without signing in nothing of the staff is open', async () => {
  const { call } = openVisitor(shop)
  const closed = [
    call(inventory.listStock, {}),
    call(payments.listPayments, {}),
    call(notifications.listDeliveries, {}),
    call(catalog.startImport, { body: bytesOf('Handle,Title') }),
    call(orders.packOrder, { id: 'ord_01h455vb4pex5vsknk084sn02q' }),
  ]
  assert.deepEqual(await statusesOf(closed), Array(closed.length).fill(401))
})

test('an ended session opens nothing any more', async () => {
  const visitor = openVisitor(shop)
  const { token } = await visitor.call(identity.signIn, {
    email: 'clerk@shop.example',
    password: 'a-long-password',
  })
  await visitor.call(identity.signOut, {})
  const reply = await fetch(`${shop.url}/api/orders`, { headers: { authorization: `Bearer ${token}` } })
  await reply.arrayBuffer()
  assert.equal(reply.status, 401)
})

test('after all of this nothing is lost, double or left over', async () => {
  assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir)), [])
})

async function statusesOf(askings: Promise<unknown>[]) {
  return (await Promise.all(askings.map(refusal))).map(({ status }) => status)
}

async function paid(call: ApiCall, id: string) {
  return until('the money is captured', async () => {
    const order = await call(orders.getOrder, { id })
    return order.paymentStatus === 'paid' && order
  })
}
