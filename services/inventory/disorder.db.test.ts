import { after, before, test } from 'node:test'
import { type Product, productChanged, productRemoved } from '@rialto/catalog/contract'
import type { Actor } from '@rialto/kit/access'
import { assertAnyOrder, type Story, said } from '@rialto/kit/disorder'
import { newId } from '@rialto/kit/id'
import { openWorld, type World } from '@rialto/kit/testing'
import { orderCancelled, orderPlaced } from '@rialto/orders/contract'
import { inventory } from './contract.ts'
import { placed } from './example-orders.ts'
import service from './service.ts'

const staff: Actor = { kind: 'staff', id: newId('staff'), permissions: ['inventory'] }

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

/** Of 20 on the shelf some are sold, some of those sold are given back; a product appears, another one goes. */
async function tell(): Promise<Story> {
  const [tea, fresh, gone] = [newId('var'), newId('var'), newId('var')]
  await world.hear(productChanged, { variants: [{ id: tea }] } as Product)
  await world.call(inventory.receiveStock, { variantId: tea, quantity: 20 }, { as: staff })
  const reserved = async (quantity: number) => {
    const checkoutId = newId('chk')
    const lines = [{ variantId: tea, quantity }]
    const expiresAt = new Date(Date.now() + 86_400_000 * 365).toISOString()
    await world.call(inventory.reserve, { checkoutId, lines, expiresAt })
    return placed(checkoutId, lines)
  }
  const [bought, returned, refused] = [await reserved(1), await reserved(2), await reserved(4)]
  const unreserved = placed(newId('chk'), [{ variantId: tea, quantity: 3 }])
  const product = (id: string, version: number) =>
    said(productChanged, { variants: [{ id }] } as Product, { aggregateId: id, aggregateVersion: version })
  const events = [
    product(fresh, 1),
    product(gone, 1),
    product(gone, 2),
    ...[bought, returned, refused, unreserved].map((data) => said(orderPlaced, data)),
    ...[returned, refused].map((data) => said(orderCancelled, data)),
    said(productRemoved, { id: newId('prod'), variantIds: [gone] }, { aggregateVersion: 3 }),
  ]
  const variants = [tea, fresh, gone]
  const checkouts = [bought, returned, refused, unreserved].map(({ checkoutId }) => checkoutId)
  const outcome = async () => ({
    stock: await world.database.rows`
      select free, reserved, sold, received, removed, tracked from stock
      where variant_id = any(${variants}) order by array_position(${variants}, variant_id)`,
    reservations: await world.database.rows`
      select status from reservations
      where checkout_id = any(${checkouts}) order by array_position(${checkouts}, checkout_id)`,
  })
  return { events, outcome }
}

test('stock comes to the same, in whatever order and however often orders and products are told of', async () => {
  await assertAnyOrder(world, tell)
})
