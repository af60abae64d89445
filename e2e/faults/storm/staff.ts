import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { identity } from '@rialto/identity/contract'
import { inventory } from '@rialto/inventory/contract'
import { orders } from '@rialto/orders/contract'
import type { ApiCall } from '@rialto/sdk'
import { admin } from '../../shop.ts'
import { openVisitor } from '../../visitor.ts'
import { persist, press } from './press.ts'
import type { Random } from './random.ts'
import { type Offer, patienceMs, requestLimitMs } from './shopper.ts'
import { wordOf } from './told.ts'

const breathMs = 100
/** Staff look after what was bought lately. */
const recentOrders = 30

/** One of the staff: packs and ships, gives money back, books goods in, until the shop closes. */
export async function attend(offer: Offer, random: Random): Promise<void> {
  const { call } = openVisitor(offer.shop, { timeoutMs: requestLimitMs })
  await persist(() => call(identity.signIn, admin), patienceMs)
  const tasks = [ship, ship, refund, refund, restock] as const
  while (!offer.closing.aborted) {
    await random.pick(tasks)(call, offer, random)
    await pause(breathMs)
  }
}

function recentOrder({ told }: Offer, random: Random): { id: string; total: number } | undefined {
  const bought = told.purchases
    .slice(-recentOrders)
    .flatMap(({ last }) => (last?.kind === 'confirmed' ? [last] : []))
  const one = random.pick(bought)
  return one && { id: one.orderId, total: one.total }
}

async function ship(call: ApiCall, offer: Offer, random: Random): Promise<void> {
  const { id } = recentOrder(offer, random) ?? {}
  if (id === undefined) return
  const packed = await persist(
    (idempotencyKey) => call(orders.packOrder, { id }, { idempotencyKey }),
    patienceMs,
  )
  const fulfilmentId = packed?.fulfilments.at(-1)?.id
  if (fulfilmentId === undefined) return
  const trackingNumber = randomUUID()
  const parcel = { id, fulfilmentId, carrier: 'Post', trackingNumber }
  const shipped = await press((idempotencyKey) => call(orders.shipFulfilment, parcel, { idempotencyKey }), {
    patienceMs,
  })
  offer.told.shipments.push({ orderId: id, trackingNumber, word: wordOf(shipped) })
  if (shipped.kind === 'answered' && random.chance(0.5))
    await persist(
      (idempotencyKey) => call(orders.deliverFulfilment, { id, fulfilmentId }, { idempotencyKey }),
      patienceMs,
    )
}

async function refund(call: ApiCall, offer: Offer, random: Random): Promise<void> {
  const { id, total } = recentOrder(offer, random) ?? {}
  if (id === undefined || total === undefined) return
  const amount = random.between(1, Math.ceil(total / 2))
  const reason = `Storm ${randomUUID()}`
  const given = { id, amount: { amount, currency: 'EUR' }, reason }
  const pressed = await press((idempotencyKey) => call(orders.refundOrder, given, { idempotencyKey }), {
    patienceMs,
  })
  offer.told.refunds.push({ orderId: id, reason, amount, word: wordOf(pressed) })
}

async function restock(call: ApiCall, offer: Offer, random: Random): Promise<void> {
  const variantId = random.pick(offer.variantIds)
  const quantity = random.between(1, 5)
  const reason = `Storm ${randomUUID()}`
  const pressed = await press(
    (idempotencyKey) => call(inventory.receiveStock, { variantId, quantity, reason }, { idempotencyKey }),
    { patienceMs },
  )
  offer.told.restocks.push({ variantId, quantity, reason, word: wordOf(pressed) })
}
