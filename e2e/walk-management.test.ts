import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cart } from '@rialto/cart/contract'
import { catalog } from '@rialto/catalog/contract'
import { identity } from '@rialto/identity/contract'
import { inventory } from '@rialto/inventory/contract'
import { until } from '@rialto/kit/until'
import { orders } from '@rialto/orders/contract'
import { pricing } from '@rialto/pricing/contract'
import type { ApiCall } from '@rialto/sdk'
import { search } from '@rialto/search/contract'
import { shipping } from '@rialto/shipping/contract'
import { stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { buy, fillCart, openStaff, openVisitor, refusal } from './visitor.ts'

// A day of the people who run the shop, over the API as its documents describe it, each change seen by a shopper.

let shop: Shop
let staff: ApiCall

before(async () => {
  shop = await openShop()
  staff = await openStaff(shop)
  const kettle = { handle: 'kettle', title: 'Copper Kettle', price: 8900, quantity: 10, category: 'Kitchen' }
  await stockShop(staff, [kettle, { ...kettle, handle: 'ladle', title: 'Ladle', price: 1200 }])
})
after(() => shop?.close())

test('a product is found by its SKU, and a new price is what the next shopper pays', async () => {
  const { items } = await staff(catalog.listProducts, { sku: 'KETTLE-ONE' })
  const [kettle] = items
  assert.equal(kettle?.title, 'Copper Kettle')
  const id = kettle?.variants[0]?.id ?? ''
  const changed = {
    price: { amount: 7900, currency: 'EUR' },
    compareAtPrice: { amount: 8900, currency: 'EUR' },
  }
  const seen = { expectedVersion: kettle?.version }
  await staff(catalog.updateVariant, { id, ...changed }, seen)
  const late = await refusal(staff(catalog.updateVariant, { id, ...changed }, seen))
  assert.deepEqual([late.status, late.code], [412, 'version-conflict'])
  const { call } = openVisitor(shop)
  await until('the price is known to the shop', async () => {
    const { quote } = await fillCart(call, { variantId: id })
    await call(cart.clearCart, {})
    return quote.lines[0]?.unitPrice === 7900
  })
})

test('stock that is received, corrected and counted adds up, and the ledger says why', async () => {
  const { items } = await staff(catalog.listProducts, { handle: 'ladle' })
  const variantId = items[0]?.variants[0]?.id ?? ''
  await staff(inventory.receiveStock, { variantId, quantity: 5, reason: 'Delivery 12' })
  await staff(inventory.adjustStock, { variantId, difference: -2, reason: 'Bent' })
  await staff(inventory.countStock, { counts: [{ variantId, quantity: 12 }], reason: 'Stocktaking' })
  const { items: moves } = await staff(inventory.listMovements, { variantId })
  assert.deepEqual(moves.map(({ kind, quantity, reason }) => [kind, quantity, reason]).slice(0, 3), [
    ['count', -1, 'Stocktaking'],
    ['adjust', -2, 'Bent'],
    ['receive', 5, 'Delivery 12'],
  ])
  const short = await refusal(
    staff(inventory.adjustStock, { variantId, difference: -13, reason: 'Too many' }),
  )
  assert.deepEqual(
    [short.code, short.details.lines],
    ['out-of-stock', [{ variantId, wanted: 13, available: 12 }]],
  )
  const { items: stocks } = await staff(inventory.listStock, { variantIds: [variantId] })
  assert.deepEqual(
    stocks.map(({ free }) => free),
    [12],
  )
})

test('a category moves with all below it, and shoppers find its products at the new place', async () => {
  const kitchen = await staff(catalog.getCategory, { id: 'kitchen' })
  const home = await staff(catalog.createCategory, { name: 'Home' })
  await staff(catalog.updateCategory, {
    id: kitchen.id,
    parentId: home.id,
    name: 'Cooking',
    handle: 'cooking',
  })
  await until('the move is known to the search', async () => {
    const { total } = await staff(search.searchProducts, { category: 'home' })
    return total === 2
  })
  const { items } = await openVisitor(shop).call(catalog.listCategories, {})
  const moved = items.find(({ handle }) => handle === 'cooking')
  assert.deepEqual([moved?.parentId, moved?.productCount], [home.id, 2])
  assert.equal((await refusal(staff(catalog.removeCategory, { id: home.id }))).code, 'conflict')
})

test('a promotion is changed while it runs, and ended', async () => {
  const { items } = await staff(catalog.listProducts, { handle: 'ladle' })
  const { call } = openVisitor(shop)
  const action = { kind: 'percent' as const, percent: 10 }
  const { id } = await staff(pricing.createPromotion, { label: 'Ladle week', coupon: 'LADLE', action })
  const discounted = await fillCart(call, { variantId: items[0]?.variants[0]?.id ?? '', coupon: 'ladle' })
  assert.equal(discounted.quote.discount, -120)
  await staff(pricing.updatePromotion, { id, action: { ...action, percent: 50 } })
  await until(
    'the change is what the shopper sees',
    async () => (await call(cart.getCart, {})).quote.discount === -600,
  )
  await staff(pricing.removePromotion, { id })
  await until(
    'the end is what the shopper sees',
    async () => (await call(cart.getCart, {})).quote.discount === 0,
  )
  assert.deepEqual((await staff(pricing.listPromotions, { coupon: 'LADLE' })).items, [])
})

test('a delivery method appears, changes and goes', async () => {
  const method = {
    name: 'By bicycle',
    countries: ['DE'],
    rate: { kind: 'flat' as const, price: { amount: 100, currency: 'EUR' } },
    cutOffHour: 12,
    handlingDays: 0,
    transitDaysMin: 1,
    transitDaysMax: 1,
  }
  const parcel = { country: 'DE', currency: 'EUR', subtotal: 1000, weightGrams: 500, itemCount: 1 }
  const offered = async () => {
    const { items } = await openVisitor(shop).call(shipping.listDeliveryOptions, parcel)
    return items.find(({ name }) => name === 'By bicycle')?.price.amount
  }
  const { id, version } = await staff(shipping.createDeliveryMethod, method)
  await until('it is offered', async () => (await offered()) === 100)
  const dearer = { ...method, rate: { kind: 'flat' as const, price: { amount: 150, currency: 'EUR' } } }
  await staff(shipping.replaceDeliveryMethod, { id, ...dearer }, { expectedVersion: version })
  await until('it is dearer', async () => (await offered()) === 150)
  await staff(shipping.removeDeliveryMethod, { id })
  await until('it is gone', async () => (await offered()) === undefined)
})

test('a customer who calls is found, with the orders and what colleagues noted', async () => {
  const email = 'grace@shop.example'
  const { call } = openVisitor(shop)
  await call(identity.register, { email, password: 'a long enough password', name: 'Grace Hopper' })
  const { items: products } = await staff(catalog.listProducts, { handle: 'ladle' })
  const { orderId: id = '' } = await buy(call, { variantId: products[0]?.variants[0]?.id ?? '', email })

  const { items: people } = await staff(identity.listCustomers, { q: 'hopper' })
  const [grace] = people
  assert.equal((await staff(identity.getCustomer, { id: grace?.id ?? '' })).email, email)
  const { items: found } = await staff(orders.listOrders, { ownerId: grace?.id, fulfilmentStatus: 'none' })
  assert.deepEqual(
    found.map((order) => order.id),
    [id],
  )
  await staff(orders.addOrderNote, { id, text: 'Wants it before Friday' })
  const { items: notes } = await staff(orders.listOrderNotes, { id })
  assert.deepEqual(
    notes.map(({ text }) => text),
    ['Wants it before Friday'],
  )
  assert.doesNotMatch(JSON.stringify(await call(orders.getOrder, { id })), /Friday/)
  assert.equal((await refusal(call(orders.listOrderNotes, { id }))).status, 403)
})

test('a colleague gets an account, other work, and leaves', async () => {
  const credentials = { email: 'ann@shop.example', password: 'a-long-password' }
  const ann = await staff(identity.createStaff, { ...credentials, name: 'Ann', permissions: ['orders'] })
  const { call } = openVisitor(shop)
  await call(identity.signIn, credentials)
  await call(orders.listOrders, {})
  await staff(identity.updateStaff, { id: ann.id, permissions: ['inventory'] })
  await until('the new work is open, the old one closed', async () => {
    const [mine, former] = await Promise.allSettled([
      call(inventory.listStock, {}),
      call(orders.listOrders, {}),
    ])
    return mine.status === 'fulfilled' && former.status === 'rejected'
  })
  await staff(identity.removeStaff, { id: ann.id })
  await until('the session is over', async () => {
    const [asking] = await Promise.allSettled([call(inventory.listStock, {})])
    return asking.status === 'rejected' && asking.reason.status === 401
  })
})
