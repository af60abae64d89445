import { after, before, test } from 'node:test'
import { assertAnyOrder, type Story, said } from '@rialto/kit/disorder'
import { newId } from '@rialto/kit/id'
import { openWorld, type World } from '@rialto/kit/testing'
import { type Order, orderDelivered, orderShipped } from '@rialto/orders/contract'
import service from './service.ts'
import { order as exampleOrder, fulfilment } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

/** Three parcels go out; staff records at once that two of them, and so their order, have arrived. */
async function tell(): Promise<Story> {
  const deliveredAt = '2026-06-20T10:00:00.000Z'
  const parcel = (trackingNumber: string) =>
    fulfilment('delivered', {
      carrier: 'Post',
      trackingNumber,
      shippedAt: '2026-06-16T10:00:00.000Z',
      deliveredAt,
    })
  const [arrived, open] = [exampleOrder([parcel('T1'), parcel('T2')]), exampleOrder([parcel('T3')])]
  const shipped = (order: Order) =>
    order.fulfilments.map(({ id: fulfilmentId, trackingNumber = '' }) =>
      said(orderShipped, { orderId: order.id, fulfilmentId, carrier: 'Post', trackingNumber, order }),
    )
  const events = [
    ...shipped(arrived),
    ...shipped(open),
    said(orderDelivered, { orderId: arrived.id, order: arrived }, { aggregateId: newId('ord') }),
  ]
  const outcome = () => world.database.rows`
    select tracking_number, status, delivered_at from shipments
    where order_id = any(${[arrived.id, open.id]}) order by tracking_number`
  return { events, outcome }
}

test('shipments come to the same, in whatever order and however often news of them arrive', async () => {
  await assertAnyOrder(world, tell)
})
