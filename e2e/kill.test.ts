import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cart } from '@rialto/cart/contract'
import { type Checkout, orders } from '@rialto/orders/contract'
import type { ApiCall } from '@rialto/sdk'
import { databaseUrls, settledViolations } from './checker.ts'
import { durationMs, killDuring, moments } from './crash.ts'
import { stockShop } from './goods.ts'
import { inParallel } from './in-parallel.ts'
import { openShop, type Shop } from './shop.ts'
import { type Attempt, cards, decided, fillCart, openStaff, openVisitor, pay, prepare } from './visitor.ts'

// The shop dies by SIGKILL in the middle of checkouts, again and again, on the same data and with real fsync.
// More often: KILLS=100 node --test e2e/kill.test.ts

const kills = Number(process.env.KILLS ?? 12)
const slowKills = Math.ceil(kills / 4)
const together = 3

let shop: Shop
let staff: ApiCall
let variantId: string
const buyers: Buyer[] = []

/** Somebody who pressed the pay button when the shop died. */
interface Buyer {
  readonly call: ApiCall
  readonly attempt: Attempt
  readonly moment: string
  /** What was answered before the crash, if anything was. */
  answer?: Checkout
}

before(async () => {
  shop = await openShop()
  staff = await openStaff(shop)
  const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 100_000 }
  variantId = (await stockShop(staff, [good])).get('wool-cap')?.[0]?.id ?? ''
})
after(() => shop?.close())

test(`the shop is killed at ${kills} moments of a checkout`, async (t) => {
  const lastsMs = await durationMs(4, async () => {
    const ready = await arrive(together, cards.approved)
    return () => pressAll(ready)
  })
  t.diagnostic(`a checkout of ${together} at once lasts up to ${Math.round(lastsMs)} ms`)
  for (const moment of moments(kills, lastsMs)) await killAt(moment, cards.approved)
  t.diagnostic(
    `${buyers.filter(({ answer }) => answer).length} of ${buyers.length} buyers had an answer before`,
  )
})

test(`the shop is killed at ${slowKills} moments while the gateway does not answer`, async (t) => {
  const lastsMs = await durationMs(1, async () => {
    const ready = await arrive(1, cards.timeout)
    return async () => {
      const [begun] = await pressAll(ready)
      if (begun && ready[0]) await decided(ready[0].call, begun.id)
    }
  })
  t.diagnostic(`a checkout with the slow card lasts up to ${Math.round(lastsMs)} ms`)
  for (const moment of moments(slowKills, lastsMs)) await killAt(moment, cards.timeout)
})

test('whoever repeats the request at once gets the one answer', async () => {
  const impatient = buyers.filter((_, index) => index % 2 === 0)
  await inParallel(impatient, 4, repeat)
})

test('everything else is finished by the shop itself, and nothing is lost or double', async () => {
  assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir), 120_000), [])
})

test('the same request later still gets the one answer, and nobody has two orders', async () => {
  await inParallel(buyers, 4, repeat)
  await inParallel(buyers, 4, async ({ call, moment }) => {
    const { items } = await call(orders.listOrders, {})
    assert.equal(items.length, 1, moment)
    assert.equal((await call(cart.getCart, {})).ownerId, items[0]?.ownerId)
  })
  assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir)), [])
})

async function killAt(afterMs: number, card: string): Promise<void> {
  const ready = await arrive(together, card)
  const results = await killDuring(shop, afterMs, () => ready.map(({ call, attempt }) => pay(call, attempt)))
  for (const [index, result] of results.entries()) {
    const answer = result.status === 'fulfilled' ? result.value : undefined
    const moment = `killed after ${afterMs} ms, buyer ${index + 1}`
    const buyer = ready[index]
    if (buyer) buyers.push({ ...buyer, moment, answer })
  }
}

/** Sends the request of the buyer again, and compares with what was answered before. */
async function repeat(buyer: Buyer): Promise<void> {
  const { call, attempt, moment, answer } = buyer
  const begun = await pay(call, attempt)
  const checkout = await decided(call, begun.id)
  assert.equal(checkout.status, 'confirmed', `${moment}: ${checkout.failure?.detail}`)
  if (answer) assert.equal(checkout.id, answer.id, moment)
  if (answer?.orderId) assert.equal(checkout.orderId, answer.orderId, moment)
  buyer.answer = checkout
}

function arrive(count: number, card: string): Promise<{ call: ApiCall; attempt: Attempt }[]> {
  const guests = Array.from({ length: count }, () => openVisitor(shop).call)
  return Promise.all(
    guests.map(async (call) => ({
      call,
      attempt: await prepare(call, await fillCart(call, { variantId }), card),
    })),
  )
}

function pressAll(ready: readonly { call: ApiCall; attempt: Attempt }[]): Promise<Checkout[]> {
  return Promise.all(ready.map(({ call, attempt }) => pay(call, attempt)))
}
