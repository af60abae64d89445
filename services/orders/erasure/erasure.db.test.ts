import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { customerErased, guestIdentified } from '@rialto/identity/contract'
import { newId } from '@rialto/kit/id'
import { orders } from '../contract.ts'
import { staff } from '../testing.ts'
import { openShop, type Shop } from '../testing-shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop()
})
after(() => shop.close())

/** An order of a customer, as far as staff bring it. */
async function bought() {
  const order = await shop.buy()
  const customerId = newId('cust')
  await shop.world.hear(guestIdentified, { guestId: order.ownerId, customerId })
  return { id: order.id, customerId, email: order.email, total: order.total, order }
}
const read = (id: string) => shop.world.call(orders.getOrder, { id }, { as: staff })
const erase = (customerId: string, email: string) =>
  shop.world.hear(customerErased, { customerId, email }).then(shop.runJobs)

async function deliver(id: string): Promise<void> {
  await shop.world.call(orders.packOrder, { id }, { as: staff })
  const fulfilmentId = (await read(id)).fulfilments[0]?.id ?? ''
  const parcel = { id, fulfilmentId, carrier: 'Post', trackingNumber: 'T1' }
  await shop.world.call(orders.shipFulfilment, parcel, { as: staff })
  await shop.world.call(orders.deliverFulfilment, { id, fulfilmentId }, { as: staff })
}

test('a delivered order stays for the books, without the person', async () => {
  const { id, customerId, email, total, order } = await bought()
  await shop.world.call(orders.addOrderNote, { id, text: 'Called: Ada wants red' }, { as: staff })
  await deliver(id)
  await shop.settle()
  await erase(customerId, email)
  const kept = await read(id)
  assert.equal(kept.total, total)
  assert.deepEqual(kept.lines.length, order.lines.length)
  assert.match(kept.email, /@erased\.invalid$/)
  assert.deepEqual(kept.shippingAddress, {
    name: '–',
    line1: '–',
    city: '–',
    postalCode: '–',
    country: order.shippingAddress?.country,
  })
  const rows = await shop.database.rows`
    select o.*, c.draft from orders o join checkouts c on c.id = o.checkout_id where o.id = ${id}`
  const { name = '?', line1 = '?' } = order.shippingAddress ?? {}
  for (const personal of [email, name, line1]) assert.ok(!JSON.stringify(rows).includes(personal), personal)
  assert.deepEqual((await shop.world.call(orders.listOrderNotes, { id }, { as: staff })).items, [])
})

test('an order under way keeps its address until it has arrived', async () => {
  const { id, customerId, email } = await bought()
  await erase(customerId, email)
  assert.equal((await read(id)).email, email)
  await deliver(id)
  await shop.settle()
  shop.advance(86_400_000)
  await shop.runJobs()
  assert.match((await read(id)).email, /@erased\.invalid$/)
})

test('the orders of others stay as they are', async () => {
  const [mine, others] = [await bought(), await bought()]
  for (const { id } of [mine, others]) await deliver(id)
  await shop.settle()
  const before = await read(others.id)
  await erase(mine.customerId, mine.email)
  assert.deepEqual(await read(others.id), before)
})
