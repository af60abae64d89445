import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertAnyOrder, type Story, said } from '@rialto/kit/disorder'
import { newId } from '@rialto/kit/id'
import type { World } from '@rialto/kit/testing'
import { shipmentCreated, shipmentDelivered, shipmentInTransit } from '@rialto/shipping/contract'
import { webhooks } from './contract.ts'
import { openReceiver, openWebhooks, type Receiver, staff } from './testing.ts'

let world: World
let receiver: Receiver
before(async () => {
  receiver = await openReceiver()
  world = await openWebhooks()
})
after(async () => {
  await world.close()
  await receiver.close()
})

/** A parcel goes its way; one webhook is told of all of it, another of its end. */
async function tell(): Promise<Story> {
  const path = `/${newId('story')}`
  const create = (end: string, eventTypes: string[]) =>
    world.call(webhooks.createWebhook, { url: `${receiver.url}${path}${end}`, eventTypes }, { as: staff })
  const [all, last] = await Promise.all([
    create('/all', ['shipment.created', 'shipment.in-transit', 'shipment.delivered']),
    create('/last', ['shipment.delivered']),
  ])
  const parcel = { shipmentId: newId('shp'), orderId: newId('ord'), fulfilmentId: newId('ful') }
  const events = [shipmentCreated, shipmentInTransit, shipmentDelivered].map((event, index) =>
    said(event, parcel, { aggregateId: parcel.shipmentId, aggregateVersion: index + 1 }),
  )
  const outcome = async () => {
    const deliveries = await world.database.rows`
      select webhook_id = ${all.id} as all, type, count(*) as count from deliveries
      where webhook_id in (${all.id}, ${last.id}) group by 1, 2 order by 1, 2`
    for (const { id } of [all, last]) await world.call(webhooks.removeWebhook, { id }, { as: staff })
    return deliveries
  }
  return { events, outcome }
}

test('everybody is told of each event once, in whatever order and however often it is heard', async () => {
  await assertAnyOrder(world, tell)
  assert.ok(receiver.received.length > 0)
})
