import { after, before, test } from 'node:test'
import { guestIdentified } from '@rialto/identity/contract'
import type { Actor } from '@rialto/kit/access'
import { assertAnyOrder, type Story, said } from '@rialto/kit/disorder'
import { newId } from '@rialto/kit/id'
import { openWorld, type World } from '@rialto/kit/testing'
import { type Order, orderPlaced } from '@rialto/orders/contract'
import { cart } from './contract.ts'
import { openShop } from './example-shop.ts'
import service from './service.ts'

const shop = openShop()
let world: World
before(async () => {
  world = await openWorld(service, { peers: shop.peers })
})
after(() => world.close())

/** A guest buys two of the three things in the cart, then signs in as a customer who had put something away. */
async function tell(): Promise<Story> {
  const guest = { kind: 'guest', id: newId('guest') } as const
  const customer: Actor = { kind: 'customer', id: newId('cust') }
  const [tea, mug, book, lamp] = [1, 2, 3, 4].map(() => shop.sell(newId('var'))) as [
    string,
    string,
    string,
    string,
  ]
  for (const variantId of [tea, mug, book])
    await world.call(cart.addItem, { variantId, quantity: 2 }, { as: guest })
  await world.call(cart.addItem, { variantId: lamp }, { as: customer })
  const { id: cartId } = await world.call(cart.getCart, {}, { as: guest })
  const order = {
    ownerId: guest.id,
    coupons: [],
    lines: [tea, mug].map((variantId) => ({ variantId, quantity: 2 })),
  }
  const events = [
    said(orderPlaced, {
      orderId: newId('ord'),
      checkoutId: newId('chk'),
      cartId,
      order: order as unknown as Order,
    }),
    said(guestIdentified, { guestId: guest.id, customerId: customer.id }),
  ]
  const outcome = async () => {
    const { items } = await world.call(cart.getCart, {}, { as: customer })
    const left = await world.call(cart.getCart, {}, { as: guest })
    const places = [tea, mug, book, lamp]
    const shown = items.map(({ variantId, quantity }) => `${places.indexOf(variantId)}: ${quantity}`)
    return { customer: shown.sort(), guest: left.items.length }
  }
  return { events, outcome }
}

test('a cart comes to the same, whether the order or the sign-in is heard first', async () => {
  await assertAnyOrder(world, tell)
})
