import assert from 'node:assert/strict'
import { until } from '@rialto/kit/until'
import { orders } from '@rialto/orders/contract'
import { pricing } from '@rialto/pricing/contract'
import type { ApiCall } from '@rialto/sdk'
import { stockShop } from './goods.ts'
import { buy, cards, openVisitor, refusal } from './visitor.ts'

const goods = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 50 }
const coupon = 'TEN'

/**
 * A little of everything: bought, with a coupon, cancelled, partly refunded, delivered, declined, and waiting for its
 * shopper.
 */
export async function trade(shop: { readonly url: string }, staff: ApiCall): Promise<void> {
  const variantId = (await stockShop(staff, [goods])).get(goods.handle)?.[0]?.id ?? ''
  await staff(pricing.createPromotion, { label: 'Ten off', coupon, action: { kind: 'percent', percent: 10 } })
  const order = async (number: string = cards.approved, more: { coupon?: string } = {}) =>
    (await buy(openVisitor(shop).call, { variantId, quantity: 2, ...more }, number)).orderId ?? ''
  await order(cards.approved, { coupon })
  const [cancelled, refunded, delivered] = [await order(), await order(), await order()]
  for (const id of [cancelled, refunded])
    await until('the money is captured', async () => (await staff(orders.getOrder, { id })).captured > 0)
  await staff(orders.cancelOrder, { id: cancelled })
  await staff(orders.refundOrder, {
    id: refunded,
    amount: { amount: 500, currency: 'EUR' },
    reason: 'A scratch',
  })
  await deliver(staff, delivered)
  assert.equal((await refusal(order(cards.declined))).code, 'payment-declined')
  await order(cards.secure)
}

async function deliver(staff: ApiCall, id: string): Promise<void> {
  const { fulfilments } = await staff(orders.packOrder, { id })
  const fulfilmentId = fulfilments[0]?.id ?? ''
  await staff(orders.shipFulfilment, { id, fulfilmentId, carrier: 'Post', trackingNumber: '1' })
  await staff(orders.deliverFulfilment, { id, fulfilmentId })
}
