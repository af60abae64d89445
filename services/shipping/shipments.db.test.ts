import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { openWorld, type World } from '@rialto/kit/testing'
import { orderDelivered, orderShipped } from '@rialto/orders/contract'
import { shipmentCreated, shipmentDelivered, shipmentInTransit, shipping } from './contract.ts'
import service from './service.ts'
import { fulfilment, order, staff } from './testing.ts'

let world: World
before(async () => {
  world = await openWorld(service, {
    config: { SANDBOX_CARRIER_TRANSIT_SECONDS: '20', SANDBOX_CARRIER_DELIVERY_SECONDS: '40' },
  })
})
after(() => world.close())

function shipped(carrier: string) {
  const placed = order()
  const data = {
    orderId: placed.id,
    fulfilmentId: newId('ful'),
    carrier,
    trackingNumber: 'T1',
    order: placed,
  }
  return { data, hear: () => world.hear(orderShipped, data) }
}
const shipmentsOf = async (orderId: string) =>
  (await world.call(shipping.listShipments, { orderId }, { as: staff })).items
const statusOf = async (orderId: string) => (await shipmentsOf(orderId)).map(({ status }) => status)
const later = async (seconds: number) => {
  world.advance(seconds * 1_000)
  await world.runJobs()
}
const saidOf = async (orderId: string) => {
  const events = { created: shipmentCreated, 'in-transit': shipmentInTransit, delivered: shipmentDelivered }
  const said: string[] = []
  for (const [name, event] of Object.entries(events)) {
    for (const data of await world.said(event)) if (data.orderId === orderId) said.push(name)
  }
  return said
}

test('a shipped fulfilment becomes one shipment, however often it is told', async () => {
  const { data, hear } = shipped('Parcel Post')
  await hear()
  await hear()
  const [shipment, ...others] = await shipmentsOf(data.orderId)
  assert.deepEqual([others, shipment?.status, shipment?.carrier], [[], 'created', 'Parcel Post'])
  const { orderId, fulfilmentId } = data
  assert.deepEqual(
    (await world.said(shipmentCreated)).filter((event) => event.orderId === orderId),
    [{ shipmentId: shipment?.id, orderId, fulfilmentId }],
  )
})

test('a parcel of the sandbox carrier is picked up and delivered by itself', async () => {
  const { data, hear } = shipped('My SANDBOX courier')
  await hear()
  assert.deepEqual(await statusOf(data.orderId), ['created'])
  await later(21)
  assert.deepEqual(await statusOf(data.orderId), ['in-transit'])
  await later(41)
  const [shipment] = await shipmentsOf(data.orderId)
  assert.equal(shipment?.status, 'delivered')
  assert.ok((shipment?.deliveredAt ?? '') > (shipment?.createdAt ?? ''))
  assert.deepEqual(await saidOf(data.orderId), ['created', 'in-transit', 'delivered'])
})

test('a parcel that arrives while nobody looks has made every step all the same', async () => {
  const { data, hear } = shipped('Sandbox')
  await hear()
  await later(600)
  assert.deepEqual(await saidOf(data.orderId), ['created', 'in-transit', 'delivered'])
  await later(600)
  assert.deepEqual(await saidOf(data.orderId), ['created', 'in-transit', 'delivered'])
})

test('a parcel of another carrier waits for staff, and is delivered when the order says so', async () => {
  const { data, hear } = shipped('Parcel Post')
  await hear()
  await later(600)
  assert.deepEqual(await statusOf(data.orderId), ['created'])
  const arrived = fulfilment('delivered', {
    id: data.fulfilmentId,
    carrier: data.carrier,
    trackingNumber: data.trackingNumber,
    deliveredAt: '2026-06-18T10:00:00.000Z',
  })
  const told = { ...order([arrived, fulfilment('packed')]), id: data.orderId }
  await world.hear(orderDelivered, { orderId: data.orderId, order: told })
  const [shipment, ...others] = await shipmentsOf(data.orderId)
  assert.deepEqual([shipment?.status, shipment?.deliveredAt], ['delivered', '2026-06-18T10:00:00.000Z'])
  assert.deepEqual(others, [])
  assert.deepEqual(await saidOf(data.orderId), ['created'])
})

test('news of an arrival may come before the news of its shipping', async () => {
  const { data, hear } = shipped('Sandbox')
  const arrived = fulfilment('delivered', {
    id: data.fulfilmentId,
    carrier: data.carrier,
    trackingNumber: data.trackingNumber,
    deliveredAt: '2026-06-18T10:00:00.000Z',
  })
  await world.hear(orderDelivered, {
    orderId: data.orderId,
    order: { ...data.order, fulfilments: [arrived] },
  })
  await hear()
  await later(600)
  assert.deepEqual([await statusOf(data.orderId), await saidOf(data.orderId)], [['delivered'], []])
})

test('an order has as many shipments as fulfilments', async () => {
  const { data, hear } = shipped('Parcel Post')
  await hear()
  await world.hear(orderShipped, { ...data, fulfilmentId: newId('ful') })
  assert.equal((await shipmentsOf(data.orderId)).length, 2)
  assert.deepEqual(await shipmentsOf(newId('ord')), [])
})
