import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '@rialto/kit/until'
import { type Order, orders } from '@rialto/orders/contract'
import { createWatch, openByFetch } from '@rialto/sdk'
import { type Good, stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { buy, openStaff, openVisitor } from './visitor.ts'

// An order that is watched over HTTP, as its page does.

const goods: readonly Good[] = [{ handle: 'tea', title: 'Tea', price: 500, quantity: 10 }]
/** Far less than the time after which a stream reads anew what it heard nothing of. */
const atOnce = { limitMs: 10_000 }

let shop: Shop
before(async () => {
  shop = await openShop()
})
after(() => shop.close())

test('whoever watches an order sees at once that it is paid, packed, shipped and delivered', async (t) => {
  const staff = await openStaff(shop)
  const stocked = await stockShop(staff, goods)
  const visitor = openVisitor(shop)
  const { orderId: id = '' } = await buy(visitor.call, { variantId: stocked.get('tea')?.[0]?.id ?? '' })
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const watch = createWatch({ open: openByFetch(shop.url), headers: { cookie } })
  const controller = new AbortController()
  t.after(() => controller.abort())
  let seen: Order | undefined
  const stream = watch(orders.getOrder, { id }, { signal: controller.signal })
  const following = (async () => {
    for await (const order of stream) seen = order
  })()
  // It ends with the test.
  following.catch(() => {})
  const shows = (what: string, test: (order: Order) => boolean) =>
    until(`the stream says that it is ${what}`, () => seen !== undefined && test(seen), atOnce)

  await until('the stream has begun', () => seen !== undefined)
  await shows('paid', ({ paymentStatus }) => paymentStatus === 'paid')
  const packed = await staff(orders.packOrder, { id })
  await shows('packed', ({ fulfilmentStatus }) => fulfilmentStatus === 'packed')
  const fulfilmentId = packed.fulfilments[0]?.id ?? ''
  await staff(orders.shipFulfilment, { id, fulfilmentId, carrier: 'Post', trackingNumber: 'P-1' })
  await shows('shipped', ({ status }) => status === 'shipped')
  await staff(orders.deliverFulfilment, { id, fulfilmentId })
  await shows('delivered', ({ status }) => status === 'delivered')
  assert.equal(seen?.version, (await visitor.call(orders.getOrder, { id })).version)
})
