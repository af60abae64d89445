import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { is, notFound, unauthenticated } from '@rialto/kit/problem'
import { type Order, orders } from './contract.ts'
import { staff } from './testing.ts'
import { openShop, type Shop } from './testing-shop.ts'

// How staff find an order, and what they tell each other about it.

let shop: Shop
before(async () => {
  shop = await openShop()
})
after(() => shop.close())

const list = async (query: object, as: Parameters<typeof shop.world.call>[2] = { as: staff }) =>
  (await shop.world.call(orders.listOrders, query, as)).items.map(({ id }) => id)
const owner = ({ ownerId }: Order) => ({ kind: 'guest', id: ownerId }) as const

test('orders are listed by customer, by number as it is read out, and by how far they are', async () => {
  const first = await shop.buy()
  const second = await shop.buy()
  await shop.world.call(orders.packOrder, { id: second.id }, { as: staff })
  assert.deepEqual(await list({ ownerId: first.ownerId }), [first.id])
  assert.deepEqual(await list({ number: first.number.toLowerCase().replace('r-', ' ') }), [first.id])
  assert.deepEqual(await list({ fulfilmentStatus: 'packed' }), [second.id])
  assert.deepEqual(await list({ fulfilmentStatus: 'none', paymentStatus: first.paymentStatus }), [first.id])
  assert.deepEqual(await list({ paymentStatus: 'refunded' }), [])
  assert.deepEqual(await list({ ownerId: first.ownerId }, { as: owner(second) }), [])
})

test('a note is for colleagues: the shopper sees neither it nor a trace of it', async () => {
  const order = await shop.buy()
  const { id } = order
  const note = await shop.world.call(orders.addOrderNote, { id, text: 'Called: wants red' }, { as: staff })
  await shop.world.call(orders.addOrderNote, { id, text: 'Sent red' }, { as: staff })
  const { items } = await shop.world.call(orders.listOrderNotes, { id }, { as: staff })
  assert.deepEqual(
    items.map(({ text }) => text),
    ['Called: wants red', 'Sent red'],
  )
  assert.equal(note.authorId, 'id' in staff && staff.id)
  assert.deepEqual(await shop.world.call(orders.getOrder, { id }, { as: owner(order) }), order)
  const peek = shop.world.call(orders.listOrderNotes, { id }, { as: owner(order) })
  await assert.rejects(peek, (error) => is(error, unauthenticated))
  const lost = shop.world.call(orders.addOrderNote, { id: newId('ord'), text: 'x' }, { as: staff })
  await assert.rejects(lost, (error) => is(error, notFound))
})
