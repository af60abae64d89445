import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:net'
import { after, before, test } from 'node:test'
import { customerRegistered } from '@rialto/identity/contract'
import { is, notFound, unauthenticated } from '@rialto/kit/problem'
import { openWorld, type World } from '@rialto/kit/testing'
import {
  type Order,
  orderCancelled,
  orderDelivered,
  orderPlaced,
  orderRefunded,
  orderShipped,
} from '@rialto/orders/contract'
import { notifications } from './contract.ts'
import service from './service.ts'

const at = '2026-03-01T10:00:00.000Z'
const address = {
  name: 'Ada <b>Lovelace</b>',
  line1: 'Torstr. 1',
  city: 'Berlin',
  postalCode: '10119',
  country: 'DE',
}
const order = (id: string): Order => ({
  id,
  number: `R-${id}`,
  checkoutId: 'chk',
  ownerId: 'cust',
  email: 'ada@shop.example',
  status: 'processing',
  paymentStatus: 'paid',
  fulfilmentStatus: 'none',
  currency: 'EUR',
  coupons: [],
  subtotal: 4000,
  discount: -400,
  deliveryName: 'Standard',
  deliveryEarliest: '2026-03-03',
  deliveryLatest: '2026-03-05',
  deliveryTotal: 490,
  tax: 653,
  total: 4090,
  captured: 4090,
  refunded: 0,
  shippingAddress: address,
  billingAddress: address,
  fulfilments: [],
  refunds: [],
  timeline: [],
  placedAt: at,
  version: 1,
  lines: [
    {
      id: 'line',
      variantId: 'var',
      title: 'Mug <script>',
      variantTitle: 'Red',
      handle: 'mug',
      quantity: 2,
      unitPrice: 2000,
      discount: -400,
      tax: 575,
      taxRate: 19,
      total: 3600,
      fulfilled: 0,
    },
  ],
})
const placed = (id: string) => ({ orderId: id, checkoutId: 'chk', cartId: 'cart', order: order(id) })

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
    /Discount: -€4\.00[\s\S]*Total: €40\.90[\s\S]*Expected between 3 March and 5 March|March 3/,
  )
})

test('what a stranger typed is text in the mail, never markup', async () => {
  await world.hear(orderPlaced, placed('A2'))
  const [mail] = await inbox('A2')
  assert.ok(mail?.html.includes('Mug &lt;script&gt;') && mail.html.includes('Ada &lt;b&gt;Lovelace'))
  assert.ok(!mail.html.includes('<script>'))
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
  await assert.rejects(production.call(notifications.listInbox, {}), (error) => is(error, notFound))
  await production.close()
})

test('a mail server that refuses is asked again later, and takes the message once', async () => {
  const server = await mailServer()
  const strict = await openWorld(service, { config: { SMTP_URL: `smtp://127.0.0.1:${server.port}` } })
  server.refuse = true
  await strict.hear(orderPlaced, placed('S1'))
  assert.equal(server.taken.length, 0)
  server.refuse = false
  strict.advance(10_000)
  await strict.runJobs()
  assert.equal(server.taken.length, 1)
  assert.match(server.taken[0] ?? '', /Subject: Your order R-S1/)
  const [mail] = (await strict.call(notifications.listInbox, {})).items
  assert.deepEqual([mail?.status, mail?.attempts], ['sent', 2])
  await strict.close()
  server.close()
})

interface MailServer {
  readonly port: number
  readonly taken: string[]
  refuse: boolean
  close(): void
}

/** As much SMTP as a delivery needs. */
async function mailServer(): Promise<MailServer> {
  const state = { port: 0, taken: [] as string[], refuse: false, close: () => {} }
  const server: Server = createServer((socket) => {
    let data: string | undefined
    socket.write('220 test\r\n')
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      const text = chunk.toString()
      if (data !== undefined) data += text
      if (data?.endsWith('\r\n.\r\n')) {
        state.taken.push(data)
        data = undefined
        socket.write('250 taken\r\n')
      } else if (data === undefined) {
        if (/^DATA/i.test(text)) data = ''
        socket.write(
          /^DATA/i.test(text)
            ? '354 go on\r\n'
            : /^MAIL/i.test(text) && state.refuse
              ? '451 later\r\n'
              : /^QUIT/i.test(text)
                ? '221 bye\r\n'
                : '250 ok\r\n',
        )
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return Object.assign(state, {
    port: typeof address === 'object' && address ? address.port : 0,
    close: () => server.close(),
  })
}
