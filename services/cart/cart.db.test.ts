import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { customerErased, guestIdentified } from '@rialto/identity/contract'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { is, notFound, unauthenticated, unavailable, versionConflict } from '@rialto/kit/problem'
import { messageOf, openWorld, type World } from '@rialto/kit/testing'
import { orderPlaced } from '@rialto/orders/contract'
import { cart, cartFull, notEnoughStock, notForSale } from './contract.ts'
import { openShop } from './example-shop.ts'
import service from './service.ts'
import { guest, order, quantitiesOf } from './testing.ts'

const shop = openShop()
let world: World
before(async () => {
  world = await openWorld(service, { peers: shop.peers })
})
after(() => world.close())
beforeEach(() => shop.away.clear())

test('an empty cart is shown without being written', async () => {
  const as = guest()
  const empty = await world.call(cart.getCart, {}, { as })
  assert.deepEqual([empty.items, empty.ready, empty.version, empty.currency], [[], false, 1, 'EUR'])
  assert.equal(await world.database.row`select 1 from carts where owner_id = ${as.id}`, undefined)
  const filled = await add(as, shop.sell(newId('var')))
  assert.equal(filled.id, empty.id)
})

test('a service has no cart, and is told so', async () => {
  const as = { kind: 'service', name: 'orders' } as const
  await assert.rejects(world.call(cart.getCart, {}, { as }), (error) => is(error, notFound))
})

test('which variants a cart holds is told at once, with those of the guest before signing in', async () => {
  const [before, one, other] = [guest(), shop.sell(newId('var')), shop.sell(newId('var'))]
  const customer: Actor = { kind: 'customer', id: newId('cust'), guestId: before.id }
  const holds = async (as: Actor) =>
    (await world.call(cart.listCartVariants, {}, { as })).variantIds.toSorted()
  assert.deepEqual(await holds(customer), [])
  await add({ kind: 'customer', id: customer.id }, one)
  await add(before, one)
  await add(before, other)
  shop.away.add('catalog').add('pricing')
  assert.deepEqual(await holds(customer), [one, other].toSorted())
  assert.deepEqual(await holds(guest()), [])
})

test('adding what is there already increases its quantity', async () => {
  const [as, variantId] = [guest(), shop.sell(newId('var'))]
  await add(as, variantId)
  const shown = await add(as, variantId, 2)
  assert.deepEqual(quantitiesOf(shown), { [variantId]: 3 })
  assert.equal(shown.quote.total, 3_000)
  assert.equal(shown.itemCount, 3)
})

test('the cart of somebody who is to be forgotten goes, and no other', async () => {
  const [gone, stays] = [newId('cust'), newId('cust')].map((id) => ({ kind: 'customer' as const, id }))
  if (!gone || !stays) throw new Error('two customers are told of')
  for (const as of [gone, stays]) await add(as, shop.sell(newId('var')))
  await world.hear(customerErased, { customerId: gone.id, email: 'gone@shop.example' })
  const left = await world.database.rows<{ ownerId: string }>`
    select owner_id from carts where owner_id = any(${[gone.id, stays.id]})`
  assert.deepEqual(left, [{ ownerId: stays.id }])
})

test('several tabs that add at once lose nothing', async () => {
  const as = guest()
  const same = shop.sell(newId('var'))
  const others = Array.from({ length: 10 }, () => shop.sell(newId('var')))
  await Promise.all([...others, ...others.map(() => same)].map((variantId) => add(as, variantId)))
  const shown = await world.call(cart.getCart, {}, { as })
  assert.deepEqual(quantitiesOf(shown), {
    ...Object.fromEntries(others.map((variantId) => [variantId, 1])),
    [same]: 10,
  })
})

test('however many tabs are the first at once, there is one cart', async () => {
  const variantId = shop.sell(newId('var'))
  for (let round = 0; round < 60; round++) {
    const as = guest()
    await Promise.all(Array.from({ length: 6 }, () => add(as, variantId)))
    assert.deepEqual(quantitiesOf(await world.call(cart.getCart, {}, { as })), { [variantId]: 6 })
  }
})

test('the same command twice counts once', async () => {
  const [as, variantId, idempotencyKey] = [guest(), shop.sell(newId('var')), newId('key')]
  await world.call(cart.addItem, { variantId }, { as, idempotencyKey })
  const shown = await world.call(cart.addItem, { variantId }, { as, idempotencyKey })
  assert.deepEqual(quantitiesOf(shown), { [variantId]: 1 })
})

test('a command whose answer failed counts once when it is repeated', async () => {
  const [as, variantId, idempotencyKey] = [guest(), shop.sell(newId('var')), newId('key')]
  await world.call(cart.getCart, {}, { as })
  shop.away.add('pricing')
  await assert.rejects(world.call(cart.addItem, { variantId }, { as, idempotencyKey }), (error) =>
    is(error, unavailable),
  )
  shop.away.clear()
  const shown = await world.call(cart.addItem, { variantId }, { as, idempotencyKey })
  assert.deepEqual(quantitiesOf(shown), { [variantId]: 1 })
})

test('what is not for sale is not added', async () => {
  await assert.rejects(add(guest(), newId('var')), (error) => is(error, notForSale))
})

test('more than there are is not added, counting what is in the cart', async () => {
  const [as, variantId] = [guest(), shop.sell(newId('var'), {}, 3)]
  await add(as, variantId, 2)
  await assert.rejects(add(as, variantId, 2), (error) => {
    assert.ok(is(error, notEnoughStock))
    assert.equal(error.details.available, 3)
    return error.message === 'Only 3 left. You have 2 in your cart.'
  })
})

test('a cart holds a hundred lines, also when two tabs want the last one', async () => {
  const as = guest()
  const first = await add(as, shop.sell(newId('var')))
  await world.database.run`
    insert into cart_items
    select cart_id, 'var_0000000000000000000000' || lpad(n::text, 4, '0'), 1, 'x', 'x', 'x', 1, 'EUR', added_at
    from cart_items, generate_series(1, 98) n where cart_id = ${first.id}`
  const tries = [1, 2, 3].map(() => add(as, shop.sell(newId('var'))))
  const results = await Promise.allSettled(tries)
  const refused = results.filter((result) => result.status === 'rejected')
  assert.equal(refused.length, 2)
  for (const { reason } of refused) assert.ok(is(reason, cartFull))
})

test('a quantity is set, lowered to nothing, and only raised to what there is', async () => {
  const [as, variantId] = [guest(), shop.sell(newId('var'), {}, 9)]
  await add(as, variantId)
  const change = (quantity: number) => world.call(cart.changeItem, { variantId, quantity }, { as })
  assert.deepEqual(quantitiesOf(await change(9)), { [variantId]: 9 })
  await assert.rejects(change(10), (error) => is(error, notEnoughStock))
  shop.stock.set(variantId, 1)
  const scarce = await change(5)
  assert.deepEqual([scarce.items[0]?.notice, scarce.ready], ['Only 1 left', false])
  assert.deepEqual((await change(0)).items, [])
  await assert.rejects(change(1), (error) => is(error, notFound))
})

test('lines are removed one by one or all at once', async () => {
  const [as, one, two] = [guest(), shop.sell(newId('var')), shop.sell(newId('var'))]
  await add(as, one)
  await add(as, two)
  const shown = await world.call(cart.removeItem, { variantId: one }, { as })
  assert.deepEqual(quantitiesOf(shown), { [two]: 1 })
  assert.deepEqual((await world.call(cart.clearCart, {}, { as })).items, [])
})

test('a cart that was changed elsewhere is not changed by who looked at an older one', async () => {
  const [as, variantId] = [guest(), shop.sell(newId('var'))]
  const seen = await add(as, variantId)
  await add(as, variantId)
  await assert.rejects(
    world.call(cart.addItem, { variantId }, { as, expectedVersion: seen.version }),
    (error) => is(error, versionConflict),
  )
})

test('a coupon is kept once, however it is written, and can be taken out', async () => {
  const as = guest()
  await add(as, shop.sell(newId('var')))
  await world.call(cart.addCoupon, { code: ' summer ' }, { as })
  const shown = await world.call(cart.addCoupon, { code: 'SUMMER' }, { as })
  assert.deepEqual(shown.coupons, ['SUMMER'])
  assert.deepEqual(shown.quote.coupons, [{ code: 'SUMMER', applied: false }])
  assert.deepEqual((await world.call(cart.removeCoupon, { code: 'summer' }, { as })).coupons, [])
})

test('a cart with a country, a delivery and goods in stock is ready, and pays for the delivery', async () => {
  const as = guest()
  await add(as, shop.sell(newId('var')))
  const offered = await world.call(cart.setDelivery, { country: 'DE' }, { as })
  const deliveryMethodId = offered.deliveryOptions[0]?.methodId as string
  assert.equal(offered.ready, false)
  const chosen = await world.call(cart.setDelivery, { deliveryMethodId, email: 'ada@example.com' }, { as })
  assert.deepEqual([chosen.ready, chosen.quote.total, chosen.country], [true, 1_499, 'DE'])
})

test('on sign-in the guest cart joins the customer cart, at whatever moments it is looked at', async () => {
  const [before, both, mine, theirs] = [guest(), ...[1, 2, 3].map(() => shop.sell(newId('var')))] as [
    ReturnType<typeof guest>,
    string,
    string,
    string,
  ]
  const customer: Actor = { kind: 'customer', id: newId('cust'), guestId: before.id }
  await add({ kind: 'customer', id: customer.id }, mine)
  await add({ kind: 'customer', id: customer.id }, both, 2)
  await add(before, both, 5)
  await add(before, theirs)
  await world.call(cart.addCoupon, { code: 'HELLO' }, { as: before })
  const looks = Array.from({ length: 6 }, () => world.call(cart.getCart, {}, { as: customer }))
  const heard = world.hear(guestIdentified, { guestId: before.id, customerId: customer.id })
  await Promise.all([...looks, heard])
  const shown = await world.call(cart.getCart, {}, { as: customer })
  assert.deepEqual(quantitiesOf(shown), { [both]: 5, [mine]: 1, [theirs]: 1 })
  assert.deepEqual(shown.coupons, ['HELLO'])
  assert.deepEqual((await world.call(cart.getCart, {}, { as: before })).items, [])
})

test('a customer without a cart takes over the one of the guest, also by a first change', async () => {
  const [before, variantId] = [guest(), shop.sell(newId('var'))]
  await add(before, variantId, 2)
  const as: Actor = { kind: 'customer', id: newId('cust'), guestId: before.id }
  const shown = await world.call(cart.setDelivery, { note: 'Ring twice' }, { as })
  assert.deepEqual([quantitiesOf(shown), shown.note], [{ [variantId]: 2 }, 'Ring twice'])
})

test('what was bought leaves the cart, what was added meanwhile stays', async () => {
  const as = guest()
  const [one, two, three] = [1, 2, 3].map(() => shop.sell(newId('var'))) as [string, string, string]
  await add(as, one, 2)
  const { id } = await add(as, two, 2)
  await world.call(cart.addCoupon, { code: 'USED' }, { as })
  await world.call(cart.addCoupon, { code: 'LATER' }, { as })
  await add(as, two, 3)
  await add(as, three)
  const bought = [one, two].map((variantId) => ({ variantId, quantity: 2 }))
  const placed = order(id, as.id, bought, ['USED'])
  const message = { id: newId('msg') }
  await world.hear(orderPlaced, placed, message)
  await world.hear(orderPlaced, placed, message)
  const shown = await world.call(cart.getCart, {}, { as })
  assert.deepEqual(quantitiesOf(shown), { [two]: 3, [three]: 1 })
  assert.deepEqual(shown.coupons, ['LATER'])
})

test('two orders of one cart that are heard together both leave it', async () => {
  const [as, variantId] = [guest(), shop.sell(newId('var'))]
  const { id } = await add(as, variantId, 5)
  await world.call(cart.addCoupon, { code: 'ONCE' }, { as })
  const orders = [[], ['ONCE']].map((coupons) => order(id, as.id, [{ variantId, quantity: 2 }], coupons))
  await world.inbox.deliver(orders.map((placed) => messageOf(orderPlaced, placed)))
  const shown = await world.call(cart.getCart, {}, { as })
  assert.deepEqual([quantitiesOf(shown), shown.coupons], [{ [variantId]: 1 }, []])
})

test('carts that nobody changed for thirty days are removed, day after day', async () => {
  const [old, young] = [guest(), guest()]
  await add(old, shop.sell(newId('var')))
  world.advance(29 * 86_400_000)
  await world.runJobs()
  await add(young, shop.sell(newId('var')))
  world.advance(2 * 86_400_000)
  await world.runJobs()
  assert.deepEqual((await world.call(cart.getCart, {}, { as: old })).items, [])
  assert.equal((await world.call(cart.getCart, {}, { as: young })).items.length, 1)
})

test('a visitor without an identity has no cart', async () => {
  await assert.rejects(world.call(cart.getCart, {}, { as: { kind: 'anyone' } }), (error) =>
    is(error, unauthenticated),
  )
})

function add(as: Actor, variantId: string, quantity?: number) {
  return world.call(cart.addItem, { variantId, ...(quantity && { quantity }) }, { as })
}
