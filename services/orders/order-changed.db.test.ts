import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { guestIdentified } from '@rialto/identity/contract'
import { newId } from '@rialto/kit/id'
import { paymentCaptured, refundFailed } from '@rialto/payments/contract'
import { type Order, orderChanged, orders } from './contract.ts'
import { staff } from './testing.ts'
import { openShop, type Shop } from './testing-shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop()
  shop.peers.mute = true
})
after(() => shop.close())

const read = ({ id }: Order) => shop.world.call(orders.getOrder, { id })
const changesOf = async ({ id }: Order) =>
  (await shop.world.said(orderChanged)).filter(({ orderId }) => orderId === id)

test('each version of an order after the first is said, with what has become of it', async () => {
  const order = await shop.buy({ quantity: 2 })
  const { id, checkoutId, lines, total } = order
  assert.deepEqual(await changesOf(order), [])
  const outcome = { paymentId: newId('pay'), checkoutId, amount: { amount: total, currency: 'EUR' } }
  await shop.world.hear(paymentCaptured, outcome)
  const lineId = lines[0]?.id ?? ''
  await shop.world.call(orders.packOrder, { id, lines: [{ lineId, quantity: 1 }] }, { as: staff })
  const packed = await shop.world.call(orders.packOrder, { id }, { as: staff })
  for (const { id: fulfilmentId } of packed.fulfilments) {
    const parcel = { id, fulfilmentId, carrier: 'DHL', trackingNumber: '00340' }
    await shop.world.call(orders.shipFulfilment, parcel, { as: staff })
    await shop.world.call(orders.deliverFulfilment, { id, fulfilmentId }, { as: staff })
  }
  const amount = { amount: 100, currency: 'EUR' }
  const { refunds } = await shop.world.call(
    orders.refundOrder,
    { id, amount, reason: 'A dent' },
    { as: staff },
  )
  const refundId = refunds[0]?.id ?? ''
  await shop.world.hear(refundFailed, { ...outcome, amount, refundId, reason: 'No.' })
  await shop.world.hear(guestIdentified, { guestId: order.ownerId, customerId: newId('cust') })

  const last = await read(order)
  const said = await changesOf(order)
  assert.deepEqual(
    said.map(({ version }) => version),
    Array.from({ length: last.version - 1 }, (_, index) => index + 2),
  )
  assert.deepEqual(
    said.map(({ paymentStatus, fulfilmentStatus }) => `${paymentStatus} ${fulfilmentStatus}`).slice(0, 4),
    ['paid none', 'paid partial', 'paid packed', 'paid packed'],
  )
  assert.equal(said.at(-1)?.status, 'delivered')
})

test('what changes nothing is not said', async () => {
  const order = await shop.buy({ quantity: 1 })
  const { checkoutId, total } = order
  const outcome = { paymentId: newId('pay'), checkoutId, amount: { amount: total, currency: 'EUR' } }
  await shop.world.hear(paymentCaptured, outcome)
  await shop.world.hear(paymentCaptured, outcome)
  assert.equal((await changesOf(order)).length, 1)
})
