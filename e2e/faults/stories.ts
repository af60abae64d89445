import assert from 'node:assert/strict'
import { type Checkout, type Order, orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import type { ApiCall } from '@rialto/sdk'
import { cards, fillCart, pay, prepare } from '../visitor.ts'
import { coupon, type MortalShop } from './mortal-shop.ts'

/** Does what people do; done again, it goes on with what was begun. */
export type Press = () => Promise<unknown>

/** Something that people do, which must come to one end only, whatever dies meanwhile. */
export interface Story {
  readonly name: StoryName
  /** Makes everything ready, and answers with what people then do. */
  readonly begin: (shop: MortalShop) => Promise<Press>
}

export type StoryName = 'checkout' | 'checkout with 3-D Secure' | 'cancellation' | 'refund'

export const stories: { readonly [Name in StoryName]: Story['begin'] } = {
  checkout: (shop) => buying(shop, cards.approved),
  'checkout with 3-D Secure': (shop) => buying(shop, cards.secure),
  cancellation: cancelling,
  refund: refunding,
}

/** Presses "pay" and confirms at the bank if that is asked. It ends as one order, or as none and nothing charged. */
async function buying(shop: MortalShop, card: string): Promise<() => Promise<Checkout>> {
  const call = shop.guest()
  const filled = await fillCart(call, { variantId: shop.variantId, quantity: 2, coupon })
  const attempt = await prepare(call, filled, card)
  return async () => {
    const begun = await pay(call, attempt)
    if (begun.status !== 'action-required') return only(call, begun)
    const id = begun.redirectUrl?.split('/').at(-1) ?? ''
    await call(payments.answerSandboxChallenge, { id, approve: true })
    return only(call, await call(orders.getCheckout, { id: begun.id }))
  }
}

async function only(call: ApiCall, checkout: Checkout): Promise<Checkout> {
  const { items } = await call(orders.listOrders, {})
  assert.equal(checkout.status, 'confirmed')
  assert.deepEqual(
    items.map(({ id }) => id),
    [checkout.orderId],
  )
  return checkout
}

/** An order that is paid for. */
async function bought(shop: MortalShop): Promise<Order> {
  const checkout = await (await buying(shop, cards.approved))()
  await shop.process.work()
  const order = await shop.staff(orders.getOrder, { id: checkout.orderId ?? '' })
  assert.equal(order.paymentStatus, 'paid')
  return order
}

async function cancelling(shop: MortalShop): Promise<() => Promise<Order>> {
  const { id } = await bought(shop)
  return async () => {
    const order = await shop.staff(orders.getOrder, { id })
    if (order.status === 'cancelled') return order
    return shop.staff(orders.cancelOrder, { id, reason: 'Changed my mind' })
  }
}

async function refunding(shop: MortalShop): Promise<() => Promise<Order>> {
  const { id } = await bought(shop)
  const wanted = { id, amount: { amount: 700, currency: 'EUR' }, reason: 'A scratch' }
  return async () => {
    await shop.staff(orders.refundOrder, wanted, { idempotencyKey: `refund of ${id}` })
    const order = await shop.staff(orders.getOrder, { id })
    assert.equal(order.refunds.length, 1)
    return order
  }
}
