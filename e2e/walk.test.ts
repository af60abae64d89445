import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cart } from '@rialto/cart/contract'
import { catalog } from '@rialto/catalog/contract'
import { identity } from '@rialto/identity/contract'
import { until } from '@rialto/kit/until'
import { notifications } from '@rialto/notifications/contract'
import { orders } from '@rialto/orders/contract'
import { pricing } from '@rialto/pricing/contract'
import type { ApiCall } from '@rialto/sdk'
import { search } from '@rialto/search/contract'
import { databaseUrls, settledViolations } from './checker.ts'
import { type Good, stockOf, stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { buy, cards, chooseDelivery, fillCart, openStaff, openVisitor, pay, prepare } from './visitor.ts'

// What a shopper does in the order of doing it, through the public API with a browser's cookies.

const goods: readonly Good[] = [
  {
    handle: 'wool-cap',
    title: 'Wool Cap',
    price: 2490,
    quantity: 20,
    category: 'Fashion > Hats',
    colour: 'Red',
  },
  {
    handle: 'sun-hat',
    title: 'Sun Hat',
    price: 1990,
    quantity: 20,
    category: 'Fashion > Hats',
    colour: 'Straw',
  },
  {
    handle: 'rain-coat',
    title: 'Rain Coat',
    price: 8900,
    quantity: 7,
    size: 'S',
    category: 'Fashion > Coats',
  },
  {
    handle: 'rain-coat',
    title: 'Rain Coat',
    price: 9400,
    quantity: 9,
    size: 'M',
    category: 'Fashion > Coats',
  },
  { handle: 'apple-box', title: 'Apple Box', price: 690, quantity: 40, category: 'Food', colour: 'Red' },
]

let shop: Shop
let staff: ApiCall
let variants: (handle: string) => { id: string; price: { amount: number } }[]

before(async () => {
  shop = await openShop()
  staff = await openStaff(shop)
  const stocked = await stockShop(staff, goods)
  variants = (handle) => stocked.get(handle) ?? []
  const action = { kind: 'percent', percent: 10 } as const
  await staff(pricing.createPromotion, { label: 'Welcome', coupon: 'WELCOME10', action })
})
after(() => shop?.close())

const variant = (handle: string, index = 0) => variants(handle)[index]?.id ?? ''

test('a category shows what is in it and below it', async () => {
  const { call } = openVisitor(shop)
  const { items } = await call(catalog.listCategories, {})
  const fashion = items.find(({ name }) => name === 'Fashion')
  assert.equal(items.find(({ name }) => name === 'Hats')?.parentId, fashion?.id)
  const found = await call(search.searchProducts, { category: fashion?.handle })
  assert.deepEqual(found.items.map(({ handle }) => handle).sort(), ['rain-coat', 'sun-hat', 'wool-cap'])
})

test('search finds by word, by beginning and with a slip of the finger', async () => {
  const { call } = openVisitor(shop)
  const handles = async (q: string) =>
    (await call(search.searchProducts, { q })).items.map(({ handle }) => handle)
  assert.deepEqual(await handles('wool cap'), ['wool-cap'])
  assert.deepEqual(await handles('coat'), ['rain-coat'])
  assert.equal((await handles('aple box'))[0], 'apple-box')
  const { items } = await call(search.suggest, { q: 'rai' })
  assert.equal(items[0]?.handle, 'rain-coat')
})

test('filters narrow what is found, and facets tell how far', async () => {
  const { call } = openVisitor(shop)
  const red = await call(search.searchProducts, { filters: ['Colour:Red'] })
  assert.deepEqual(red.items.map(({ handle }) => handle).sort(), ['apple-box', 'wool-cap'])
  const redHats = await call(search.searchProducts, { filters: ['Colour:Red'], category: 'hats' })
  assert.deepEqual(
    redHats.items.map(({ handle }) => handle),
    ['wool-cap'],
  )
  const colour = redHats.facets.find(({ name }) => name === 'Colour')
  assert.equal(colour?.values.find(({ value }) => value === 'Red')?.count, 1)
  assert.equal(colour?.values.find(({ value }) => value === 'Straw')?.count, 1)
  const cheap = await call(search.searchProducts, { maxPrice: 2000, sort: 'price-descending' })
  assert.deepEqual(
    cheap.items.map(({ handle }) => handle),
    ['sun-hat', 'apple-box'],
  )
})

test('a cart is filled, changed and emptied, and belongs to its browser alone', async () => {
  const [mine, other] = [openVisitor(shop), openVisitor(shop)]
  await mine.call(cart.addItem, { variantId: variant('wool-cap'), quantity: 2 })
  await mine.call(cart.addItem, { variantId: variant('wool-cap') })
  const filled = await mine.call(cart.addItem, { variantId: variant('rain-coat', 1) })
  assert.deepEqual(
    filled.items.map(({ title, quantity }) => [title, quantity]),
    [
      ['Wool Cap', 3],
      ['Rain Coat', 1],
    ],
  )
  assert.equal(filled.quote.subtotal, 3 * 2490 + 9400)
  await mine.call(cart.changeItem, { variantId: variant('wool-cap'), quantity: 1 })
  const left = await mine.call(cart.removeItem, { variantId: variant('rain-coat', 1) })
  assert.equal(left.quote.subtotal, 2490)
  assert.deepEqual((await other.call(cart.getCart, {})).items, [])
  assert.deepEqual((await mine.call(cart.clearCart, {})).items, [])
})

test('on signing in the carts of the guest and of the customer become one', async () => {
  const account = { email: 'grace@shop.example', password: 'a-long-password', name: 'Grace Hopper' }
  const atHome = openVisitor(shop)
  await atHome.call(identity.register, account)
  await atHome.call(cart.addItem, { variantId: variant('wool-cap'), quantity: 1 })
  await atHome.call(cart.addItem, { variantId: variant('sun-hat'), quantity: 1 })
  const away = openVisitor(shop)
  await away.call(cart.addItem, { variantId: variant('wool-cap'), quantity: 3 })
  await away.call(cart.addItem, { variantId: variant('apple-box'), quantity: 2 })
  await away.call(identity.signIn, { email: account.email, password: account.password })
  const merged = await until('the carts are one', async () => {
    const { items } = await away.call(cart.getCart, {})
    return items.length === 3 && items
  })
  const quantity = (handle: string) => merged.find((item) => item.handle === handle)?.quantity
  assert.deepEqual([quantity('wool-cap'), quantity('sun-hat'), quantity('apple-box')], [3, 1, 2])
  assert.equal((await atHome.call(cart.getCart, {})).items.length, 3)
})

test('an order goes from cart with coupon and delivery to the door, and each step is told once', async () => {
  const email = 'ada.walk@shop.example'
  const { call } = openVisitor(shop)
  const variantId = variant('rain-coat')
  const before = await stockOf(staff, variantId)
  const filled = await fillCart(call, { variantId, quantity: 2, email, coupon: 'WELCOME10' })
  assert.equal(filled.ready, true)
  assert.equal(filled.quote.discount, -Math.round((2 * 8900) / 10))
  const { quote } = filled
  assert.equal(quote.total, 2 * 8900 + quote.discount + quote.deliveryTotal)
  const placed = await pay(call, await prepare(call, filled, cards.approved))
  assert.equal(placed.status, 'confirmed')
  const id = placed.orderId ?? ''

  const order = await call(orders.getOrder, { id })
  assert.deepEqual([order.status, order.total, order.email], ['processing', quote.total, email])
  assert.deepEqual(order.coupons, ['WELCOME10'])
  await until('the cart is empty', async () => (await call(cart.getCart, {})).items.length === 0)
  await until('the goods are sold', async () => {
    const { free, reserved, sold } = await stockOf(staff, variantId)
    return free === before.free - 2 && reserved === 0 && sold === before.sold + 2
  })
  await until(
    'the money is captured',
    async () => (await call(orders.getOrder, { id })).paymentStatus === 'paid',
  )

  await staff(orders.packOrder, { id })
  const [fulfilment] = (await call(orders.getOrder, { id })).fulfilments
  const fulfilmentId = fulfilment?.id ?? ''
  await staff(orders.shipFulfilment, { id, fulfilmentId, carrier: 'Post', trackingNumber: 'P-1' })
  const shipped = await call(orders.getOrder, { id })
  assert.deepEqual([shipped.status, shipped.fulfilments[0]?.trackingNumber], ['shipped', 'P-1'])
  await staff(orders.deliverFulfilment, { id, fulfilmentId })
  assert.equal((await call(orders.getOrder, { id })).status, 'delivered')

  await inboxHolds(call, email, ['order-placed', 'order-shipped', 'order-delivered'])
})

test('a guest finds the order by number and e-mail, and a new account takes it over', async () => {
  const email = 'lin@shop.example'
  const guest = openVisitor(shop)
  const { orderId = '', orderNumber = '' } = await buy(guest.call, { variantId: variant('apple-box'), email })
  const elsewhere = openVisitor(shop)
  assert.equal((await elsewhere.call(orders.findOrder, { number: orderNumber, email })).id, orderId)
  await guest.call(identity.register, { email, password: 'a-long-password', name: 'Lin' })
  await until('the account lists the order', async () => {
    const { items } = await guest.call(orders.listOrders, {})
    return items.map(({ id }) => id).includes(orderId)
  })
  await elsewhere.call(identity.signIn, { email, password: 'a-long-password' })
  const { items } = await until('the order is seen from everywhere', async () => {
    const list = await elsewhere.call(orders.listOrders, {})
    return list.items.length === 1 && list
  })
  assert.equal(items[0]?.number, orderNumber)
})

test('addresses are kept with the account and seen by its owner alone', async () => {
  const [ada, eve] = [openVisitor(shop), openVisitor(shop)]
  const account = (name: string) => ({ email: `${name}@keep.example`, password: 'a-long-password', name })
  await ada.call(identity.register, account('ada'))
  await eve.call(identity.register, account('eve'))
  const address = { name: 'Ada', line1: 'Torstr. 1', city: 'Berlin', postalCode: '10119', country: 'DE' }
  const saved = await ada.call(identity.addAddress, address)
  assert.equal((await ada.call(identity.listAddresses, {})).items[0]?.id, saved.id)
  assert.deepEqual((await eve.call(identity.listAddresses, {})).items, [])
  await assert.rejects(eve.call(identity.removeAddress, { id: saved.id }), { status: 404 })
})

test('delivery is offered once the country is known', async () => {
  const { call } = openVisitor(shop)
  const added = await call(cart.addItem, { variantId: variant('sun-hat') })
  assert.deepEqual([added.ready, added.deliveryOptions], [false, []])
  const chosen = await chooseDelivery(call)
  assert.ok(chosen.deliveryOptions.length > 0)
  assert.equal(chosen.ready, true)
  const prices = chosen.deliveryOptions.map(({ price }) => price.amount)
  assert.deepEqual(
    prices,
    prices.toSorted((a, b) => a - b),
  )
})

test('after all of this nothing is lost, double or left over', async () => {
  assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir)), [])
})

/** Waits for these mails to somebody, and sees that there is exactly one of each. */
async function inboxHolds(call: ApiCall, to: string, templates: readonly string[]): Promise<void> {
  const wanted = templates.toSorted().join()
  const found = await until(`${to} has mail: ${wanted}`, async () => {
    const { items } = await call(notifications.listInbox, { to })
    const present = items.map(({ template }) => template).sort()
    return present.length >= templates.length && present.join()
  })
  assert.equal(found, wanted)
}
