import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { customerRegistered } from '@rialto/identity/contract'
import { newId } from '@rialto/kit/id'
import { encodeCursor } from '@rialto/kit/paging'
import { invalidInput, is, notFound, unauthenticated } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import {
  orderCancelled,
  orderDelivered,
  orderPlaced,
  orderRefunded,
  orderShipped,
} from '@rialto/orders/contract'
import { notifications } from './contract.ts'
import service from './service.ts'
import { order, placed } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

const inbox = async (about: string) =>
  (await world.call(notifications.listInbox, { limit: 100 })).items.filter(({ subject }) =>
    subject.includes(about),
  )

test('a customer is told of an order once, however often the event comes', async () => {
  await world.hear(orderPlaced, placed('A1'), { id: 'msg_a' })
  await world.hear(orderPlaced, placed('A1'), { id: 'msg_a' })
  await world.hear(orderPlaced, placed('A1'), { id: 'msg_b' })
  const [mail, ...more] = await inbox('A1')
  assert.equal(more.length, 0)
  assert.deepEqual(
    [mail?.to, mail?.subject, mail?.status, mail?.attempts],
    ['ada@shop.example', 'Your order R-A1', 'sent', 1],
  )
  assert.match(mail?.text ?? '', /2 x Mug <script> \(Red\) {2}€36\.00/)
  assert.match(
    mail?.text ?? '',
    /Discount: -€4\.00[\s\S]*Total: €40\.90[\s\S]*Expected between March 3 and March 5/,
  )
})

test('what a stranger typed is text in the mail, never markup', async () => {
  await world.hear(orderPlaced, placed('A2'))
  const [mail] = await inbox('A2')
  const html = mail?.html ?? ''
  assert.ok(html.includes('Mug &lt;script&gt;') && html.includes('Ada &lt;b&gt;Lovelace'))
  assert.doesNotMatch(html, /<script>|<b>/)
})

test('each step of an order has its message', async () => {
  const about = { orderId: 'B1', order: order('B1') }
  await world.hear(orderShipped, { ...about, fulfilmentId: 'ful_1', carrier: 'DHL', trackingNumber: 'T-1' })
  await world.hear(orderShipped, { ...about, fulfilmentId: 'ful_2', carrier: 'DHL', trackingNumber: 'T-2' })
  await world.hear(orderDelivered, about)
  await world.hear(orderCancelled, { ...about, checkoutId: 'chk', lines: [] })
  await world.hear(orderRefunded, { ...about, refundId: 'ref', amount: { amount: 500, currency: 'EUR' } })
  const mails = (await inbox('B1')).map(({ template }) => template).sort()
  assert.deepEqual(mails, [
    'order-cancelled',
    'order-delivered',
    'order-refunded',
    'order-shipped',
    'order-shipped',
  ])
})

test('a new customer is welcomed', async () => {
  await world.hear(customerRegistered, { customerId: 'cust_1', email: 'new@shop.example', name: 'New' })
  const { items } = await world.call(notifications.listInbox, { to: 'new@shop.example' })
  assert.equal(items[0]?.template, 'welcome')
})

test('staff see messages, others do not', async () => {
  const guest = { kind: 'guest', id: 'guest_1' } as const
  await assert.rejects(world.call(notifications.listDeliveries, {}, { as: guest }), (error) =>
    is(error, unauthenticated),
  )
  const staff = { kind: 'staff', id: 'staff_1', permissions: ['notifications'] } as const
  assert.ok((await world.call(notifications.listDeliveries, {}, { as: staff })).items.length > 0)
})

test('there is no inbox in production', async () => {
  const production = await openWorld(service, { config: { NODE_ENV: 'production' } })
  await production.hear(orderPlaced, placed('N1'))
  const staff = { kind: 'staff', id: 'staff_1', permissions: ['notifications'] } as const
  const { id } = (await production.call(notifications.listDeliveries, {}, { as: staff })).items[0] ?? {
    id: '',
  }
  for (const read of [
    () => production.call(notifications.listInbox, {}),
    () => production.call(notifications.getInboxMessage, { id }),
  ])
    await assert.rejects(read(), (error) => is(error, notFound))
  await production.close()
})

test('messages are listed newest first, page by page, and by whom they went to', async () => {
  for (const id of ['P1', 'P2', 'P3'])
    await world.hear(orderPlaced, { ...placed(id), order: { ...order(id), email: 'page@shop.example' } })
  const to = 'page@shop.example'
  const first = await world.call(notifications.listInbox, { to, limit: 2 })
  const second = await world.call(notifications.listInbox, { to, limit: 2, after: first.next })
  assert.deepEqual(
    [...first.items, ...second.items].map(({ subject }) => subject),
    ['Your order R-P3', 'Your order R-P2', 'Your order R-P1'],
  )
  assert.equal(second.next, undefined)
  const strange = world.call(notifications.listInbox, { after: encodeCursor(['x', 'y']) })
  await assert.rejects(strange, (error) => is(error, invalidInput))
})

test('one message is read by its id, an unknown one is not there', async () => {
  await world.hear(orderPlaced, placed('O1'))
  const [mail] = await inbox('O1')
  assert.deepEqual(await world.call(notifications.getInboxMessage, { id: mail?.id ?? '' }), mail)
  const unknown = world.call(notifications.getInboxMessage, { id: newId('ntf') })
  await assert.rejects(unknown, (error) => is(error, notFound))
})
