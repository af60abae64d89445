import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { conflict, notFound, type Problem } from '@rialto/kit/problem'
import { openWorld, peer, type World } from '@rialto/kit/testing'
import { orderPlaced, orders } from '@rialto/orders/contract'
import service from './service.ts'
import { fulfilment, order } from './testing.ts'

let world: World | undefined
afterEach(() => world?.close())

/** A shop whose orders service answers as told; returns what the warehouse asked of it. */
async function shop({ warehouse = 'true', refusal }: { warehouse?: string; refusal?: Problem }) {
  const asked: unknown[] = []
  const packed = fulfilment('packed')
  const failures = { ship: 0 }
  const opened = await openWorld(service, {
    config: { SANDBOX_WAREHOUSE: warehouse, SANDBOX_WAREHOUSE_PACK_SECONDS: '15' },
    peers: [
      peer(orders.packOrder, ({ id }, { idempotencyKey }) => {
        asked.push(['pack', id, idempotencyKey])
        if (refusal) throw refusal
        return { ...order([fulfilment('shipped'), packed]), id }
      }),
      peer(orders.shipFulfilment, ({ fulfilmentId, carrier, trackingNumber }, { idempotencyKey }) => {
        asked.push(['ship', fulfilmentId, carrier, trackingNumber, idempotencyKey])
        if (failures.ship-- > 0) throw new Error('the line is dead')
        return order()
      }),
    ],
  })
  world = opened
  const placed = order()
  const data = { orderId: placed.id, checkoutId: placed.checkoutId, cartId: newId('cart'), order: placed }
  const later = async (seconds: number) => {
    opened.advance(seconds * 1_000)
    await opened.runJobs()
  }
  const tracking = `SBX${packed.id.slice(-10).toUpperCase()}`
  const job = `pack_${placed.id}`
  const steps = {
    pack: ['pack', placed.id, `${job}-pack`],
    ship: ['ship', packed.id, 'Sandbox Express', tracking, `${job}-ship-${packed.id}`],
  }
  return { asked, failures, later, steps, place: () => opened.hear(orderPlaced, data) }
}

test('the sandbox warehouse packs an order after a while and hands it to the sandbox carrier', async () => {
  const { asked, later, steps, place } = await shop({})
  await place()
  await place()
  await later(14)
  assert.deepEqual(asked, [])
  await later(2)
  assert.deepEqual(asked, [steps.pack, steps.ship])
})

test('a step that fails is repeated under the same keys', async () => {
  const { asked, failures, later, steps, place } = await shop({})
  failures.ship = 1
  await place()
  await later(16)
  await later(5)
  assert.deepEqual(asked, [steps.pack, steps.ship, steps.pack, steps.ship])
})

test('an order that was cancelled or packed by staff meanwhile is left alone', async () => {
  for (const refusal of [conflict('It was packed before.'), notFound('There is no such order.')]) {
    const { asked, later, steps, place } = await shop({ refusal })
    await place()
    await later(16)
    await later(3_600)
    assert.deepEqual(asked, [steps.pack])
    await world?.close()
    world = undefined
  }
})

test('without the sandbox warehouse staff pack', async () => {
  const { asked, later, place } = await shop({ warehouse: 'false' })
  await place()
  await later(3_600)
  assert.deepEqual(asked, [])
})
