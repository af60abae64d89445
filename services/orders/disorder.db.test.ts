import { after, before, test } from 'node:test'
import { guestIdentified } from '@rialto/identity/contract'
import { assertAnyOrder, type Story, said } from '@rialto/kit/disorder'
import { newId } from '@rialto/kit/id'
import { paymentCaptured, paymentRefunded, paymentVoided, refundFailed } from '@rialto/payments/contract'
import { shipmentDelivered } from '@rialto/shipping/contract'
import { type Order, orders } from './contract.ts'
import { staff } from './testing.ts'
import { openShop, type Shop } from './testing-shop.ts'

let shop: Shop
before(async () => {
  shop = await openShop()
  // The news alone tells of the money: who asks the gateway learns nothing.
  shop.peers.mute = true
})
after(() => shop.close())

const eur = (amount: number) => ({ amount, currency: 'EUR' })

/** An order is paid, sent in two parcels and partly refunded, and its guest signs in; another one is cancelled. */
async function tell(): Promise<Story> {
  const [kept, cancelled] = [await shop.buy({ quantity: 2 }), await shop.buy()]
  const { id } = kept
  const paymentId = newId('pay')
  const outcomeOf = ({ checkoutId, total }: Order) => ({ paymentId, checkoutId, amount: eur(total) })
  await shop.world.hear(
    paymentCaptured,
    { ...outcomeOf(kept), amount: eur(kept.total - 1) },
    { at: kept.placedAt },
  )
  const asked = await refunds(id)
  const parcels = await sendAll(kept)
  const { timeline } = await shop.world.call(orders.cancelOrder, { id: cancelled.id }, { as: staff })
  const [given, failed] = asked as [string, string]
  const told = [
    said(paymentCaptured, outcomeOf(kept)),
    ...parcels.map((fulfilmentId) =>
      said(shipmentDelivered, { shipmentId: newId('shp'), orderId: id, fulfilmentId }),
    ),
    said(paymentRefunded, { ...outcomeOf(kept), amount: eur(100), refundId: given, refundedTotal: 100 }),
    said(refundFailed, { ...outcomeOf(kept), amount: eur(200), refundId: failed, reason: 'No.' }),
    said(paymentRefunded, {
      ...outcomeOf(kept),
      amount: eur(50),
      refundId: newId('ref'),
      refundedTotal: 150,
    }),
    said(paymentVoided, outcomeOf(cancelled)),
    said(guestIdentified, { guestId: kept.ownerId, customerId: newId('cust') }),
  ]
  const begin = Date.parse(timeline.at(-1)?.at ?? '') + 1_000
  const events = told.map((event, index) => ({
    ...event,
    about: { at: new Date(begin + index * 1_000).toISOString() },
  }))
  const outcome = async () =>
    Promise.all(
      [kept, cancelled].map(async ({ id: orderId }) =>
        summary(await shop.world.call(orders.getOrder, { id: orderId })),
      ),
    )
  return { events, outcome }
}

async function refunds(id: string): Promise<string[]> {
  for (const amount of [100, 200]) {
    await shop.world.call(orders.refundOrder, { id, amount: eur(amount), reason: 'A dent' }, { as: staff })
  }
  return (await shop.world.call(orders.getOrder, { id })).refunds.map((refund) => refund.id)
}

async function sendAll({ id, lines }: Order): Promise<string[]> {
  const [line] = lines
  for (let parcel = 0; parcel < 2; parcel++) {
    const portions = [{ lineId: line?.id ?? '', quantity: 1 }]
    const { fulfilments } = await shop.world.call(orders.packOrder, { id, lines: portions }, { as: staff })
    const handover = {
      fulfilmentId: fulfilments.at(-1)?.id ?? '',
      carrier: 'Post',
      trackingNumber: `T${parcel}`,
    }
    await shop.world.call(orders.shipFulfilment, { id, ...handover }, { as: staff })
  }
  return (await shop.world.call(orders.getOrder, { id })).fulfilments.map((fulfilment) => fulfilment.id)
}

/** What a customer sees; the timeline tells it in the order of the times, whenever it was heard. */
function summary(order: Order) {
  const { status, paymentStatus, fulfilmentStatus, captured, refunded } = order
  const told = order.timeline.map(({ what }) => what)
  const refunds = order.refunds.map(({ amount, status: state }) => `${amount} ${state}`).sort()
  const owner = order.ownerId.split('_', 1)[0]
  return { status, paymentStatus, fulfilmentStatus, captured, refunded, refunds, owner, told }
}

test('an order comes to the same, in whatever order and however often news of it arrive', async () => {
  await assertAnyOrder(shop.world, tell)
})
