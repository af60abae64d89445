import { after, before, test } from 'node:test'
import { customerRegistered } from '@rialto/identity/contract'
import { assertAnyOrder, type Story, said } from '@rialto/kit/disorder'
import { newId } from '@rialto/kit/id'
import { openWorld, type World } from '@rialto/kit/testing'
import {
  orderCancelled,
  orderDelivered,
  orderPlaced,
  orderRefunded,
  orderShipped,
} from '@rialto/orders/contract'
import service from './service.ts'
import { order as exampleOrder } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

/** Somebody registers and buys twice: one order arrives in two parcels, the other is cancelled. */
async function tell(): Promise<Story> {
  const email = `${newId('ada').replace('_', '-')}@shop.example`
  const [arrives, cancelled] = [newId('ord'), newId('ord')].map((id) => ({ ...exampleOrder(id), email }))
  if (!arrives || !cancelled) throw new Error('two orders are told of')
  const placed = [arrives, cancelled].map((order) =>
    said(
      orderPlaced,
      { orderId: order.id, checkoutId: 'chk', cartId: 'cart', order },
      { aggregateId: order.id },
    ),
  )
  const of = (aggregateVersion: number) => ({ aggregateId: arrives.id, aggregateVersion })
  const parcel = { orderId: arrives.id, carrier: 'DHL', order: arrives }
  const money = (refundId: string, amount: number) => ({
    orderId: arrives.id,
    refundId,
    amount: { amount, currency: 'EUR' },
    order: arrives,
  })
  const events = [
    said(customerRegistered, { customerId: newId('cust'), email, name: 'Ada' }),
    ...placed,
    said(orderShipped, { ...parcel, fulfilmentId: newId('ful'), trackingNumber: 'T1' }, of(2)),
    said(orderShipped, { ...parcel, fulfilmentId: newId('ful'), trackingNumber: 'T2' }, of(3)),
    said(orderDelivered, { orderId: arrives.id, order: arrives }, of(4)),
    said(orderRefunded, money(newId('ref'), 500), of(5)),
    said(orderRefunded, money(newId('ref'), 700), of(6)),
    said(
      orderCancelled,
      { orderId: cancelled.id, checkoutId: 'chk', lines: [], order: cancelled },
      { aggregateVersion: 2 },
    ),
  ]
  const outcome = () => world.database.rows`
    select template, count(*) as letters, sum(length(text)) as length
    from deliveries where recipient = ${email} group by template order by template`
  return { events, outcome }
}

test('everybody is told the same, once each, in whatever order and however often news arrive', async () => {
  await assertAnyOrder(world, tell)
})
