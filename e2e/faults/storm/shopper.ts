import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Cart, cart } from '@rialto/cart/contract'
import { type Checkout, orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import type { ApiCall } from '@rialto/sdk'
import { berlin, cards, openVisitor, pay, tokenOf } from '../../visitor.ts'
import { type Pressed, persist, press } from './press.ts'
import type { Random } from './random.ts'
import { type Answer, noteAnswer, type Purchase, type Told, wordOf } from './told.ts'

/** The shop as its shoppers find it. */
export interface Offer {
  readonly shop: { readonly url: string }
  readonly variantIds: readonly [string, ...string[]]
  readonly coupon: string
  readonly told: Told
  /** Nobody begins anything new any more. */
  readonly closing: AbortSignal
}

/** A client gives up a request after so long, and sends it again. */
export const requestLimitMs = 3_000
/** So long somebody goes on pressing the same button. */
export const patienceMs = 60_000
const watchEveryMs = 200

/** Most cards are good. */
const usual: readonly [string, ...string[]] = [
  cards.declined,
  cards.declined,
  cards.secure,
  cards.secure,
  cards.secure,
  cards.timeout,
  cards.late,
  ...Array.from({ length: 12 }, () => cards.approved),
]

/** Somebody comes, fills a cart, buys, waits to hear what became of it, and now and then thinks better of it. */
export async function visit(offer: Offer, email: string, random: Random): Promise<void> {
  const { call } = openVisitor(offer.shop, { timeoutMs: requestLimitMs })
  const filled = await fill(call, offer, email, random)
  if (!filled || offer.closing.aborted) return
  const card = random.pick(usual)
  const begin = async (): Promise<(() => Promise<void>) | undefined> => {
    const token = await persist(() => tokenOf(call, card), patienceMs)
    return token === undefined ? undefined : () => buy(call, { offer, email, card, filled, token, random })
  }
  // Two tabs may press at the same time, each under a key of its own.
  const windows = await Promise.all(random.chance(0.1) ? [begin(), begin()] : [begin()])
  await Promise.all(windows.map((pressed) => pressed?.()))
  await rethink(call, offer, email, random)
}

/** Goods, address, coupon and delivery. Undefined when the shop does not sell it. */
async function fill(
  call: ApiCall,
  { variantIds, coupon }: Offer,
  email: string,
  random: Random,
): Promise<Cart | undefined> {
  const wanted = random.shuffled(variantIds).slice(0, random.between(1, 2))
  for (const variantId of wanted) {
    const quantity = random.between(1, 3)
    await persist(
      (idempotencyKey) => call(cart.addItem, { variantId, quantity }, { idempotencyKey }),
      patienceMs,
    )
  }
  if (random.chance(0.3))
    await persist((idempotencyKey) => call(cart.addCoupon, { code: coupon }, { idempotencyKey }), patienceMs)
  const whereTo = { email, country: berlin.country, address: berlin }
  const placed = await persist(() => call(cart.setDelivery, whereTo), patienceMs)
  const deliveryMethodId = placed?.deliveryOptions[0]?.methodId
  if (deliveryMethodId === undefined) return undefined
  return persist(() => call(cart.setDelivery, { deliveryMethodId }), patienceMs)
}

interface Buying {
  readonly offer: Offer
  readonly email: string
  readonly card: string
  readonly filled: Cart
  readonly token: string
  readonly random: Random
}

async function buy(call: ApiCall, { offer, email, card, filled, token, random }: Buying): Promise<void> {
  const expectedTotal = { amount: filled.quote.total, currency: filled.quote.currency }
  const attempt = { expectedTotal, token, key: randomUUID() }
  const purchase: Purchase = { email, card, pay: () => pay(call, attempt) }
  offer.told.purchases.push(purchase)
  const begun = performance.now()
  const hear = (pressed: Pressed<Checkout>) => noteAnswer(purchase, pressed, performance.now() - begun)
  hear(await press(purchase.pay, { patienceMs }))
  if (purchase.last?.kind === 'action-required' && !(await answerBank(call, purchase.last, random))) return
  while (performance.now() - begun < patienceMs) {
    const { last } = purchase
    if (last?.kind !== 'running' && last?.kind !== 'action-required') return
    await pause(watchEveryMs)
    const { checkoutId: id } = last
    hear(await press(() => call(orders.getCheckout, { id }), { patienceMs }))
  }
}

/** Most approve, some refuse, some walk away: false. */
async function answerBank(
  call: ApiCall,
  { redirectUrl }: Extract<Answer, { kind: 'action-required' }>,
  random: Random,
): Promise<boolean> {
  if (random.chance(0.1)) return false
  const id = redirectUrl.split('/').at(-1) ?? ''
  const approve = random.chance(0.8)
  await persist(() => call(payments.answerSandboxChallenge, { id, approve }), patienceMs)
  return true
}

/** Some cancel what they have bought a moment ago. */
async function rethink(call: ApiCall, { told }: Offer, email: string, random: Random): Promise<void> {
  if (!random.chance(0.15)) return
  const bought = told.purchases.find(
    (purchase) => purchase.email === email && purchase.last?.kind === 'confirmed',
  )
  if (bought?.last?.kind !== 'confirmed') return
  const { orderId: id } = bought.last
  const pressed = await press((idempotencyKey) => call(orders.cancelOrder, { id }, { idempotencyKey }), {
    patienceMs,
  })
  told.cancellations.push({ orderId: id, word: wordOf(pressed) })
}
