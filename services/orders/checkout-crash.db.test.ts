import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Card } from './testing.ts'
import { checkInvariants, openShop, type Shop } from './testing-shop.ts'

interface Story {
  readonly name: string
  readonly card: Card
  readonly coupon?: string
  readonly left?: number
  /** What the silent gateway says after the crash. */
  readonly answer?: 'authorized' | 'declined' | 'unknown'
  /** How long the process is away, and whether the goods are sold to others then. */
  readonly awayMs?: number
  readonly soldMeanwhile?: boolean
  /** Whether it ends as an order, and why not; left out where that depends on the point of death. */
  readonly sells?: boolean
  readonly code?: string
}

const hour = 3_600_000
const stories: readonly Story[] = [
  { name: 'a good card', card: 'good', sells: true },
  { name: 'a good card and a coupon', card: 'good', coupon: 'TEN', sells: true },
  { name: 'a declined card', card: 'declined', coupon: 'TEN', sells: false, code: 'payment-declined' },
  { name: 'a used-up coupon', card: 'good', coupon: 'GONE', sells: false, code: 'coupon-unusable' },
  { name: 'nothing left', card: 'good', left: 0, sells: false, code: 'out-of-stock' },
  { name: '3-D Secure left open', card: '3ds', coupon: 'TEN', sells: false, code: 'payment-declined' },
  { name: 'a gateway that took the money', card: 'silent', answer: 'authorized', sells: true },
  { name: 'a gateway that declined', card: 'silent', answer: 'declined', sells: false },
  { name: 'a gateway that never speaks', card: 'silent', coupon: 'TEN', sells: false },
  { name: 'a gateway that speaks late', card: 'silent', answer: 'authorized', awayMs: hour },
  { name: 'a long absence', card: 'good', coupon: 'TEN', awayMs: hour },
  { name: 'a short absence in which others bought', card: 'good', awayMs: 61_000, soldMeanwhile: true },
  {
    name: 'a gateway that speaks after others bought',
    card: 'silent',
    coupon: 'TEN',
    answer: 'authorized',
    awayMs: hour,
    soldMeanwhile: true,
  },
]

let shop: Shop
before(async () => {
  shop = await openShop()
  shop.peers.usedUp.add('GONE')
})
after(() => shop.close())

/** Presses "pay", dies at the given point, and comes back. The shopper presses again, or never returns. */
async function tell(story: Story, point: number, presses: 1 | 2) {
  const { peers, fate } = shop
  const shopper = peers.shopper({ coupon: story.coupon })
  // The cart still shows it; the last one goes at the moment of the checkout.
  if (story.left === 0) peers.stock.set(shopper.variantId, 0)
  peers.gatewayAnswer = 'unknown'
  const press = () => shop.pay(shopper, { card: story.card, key: 'pressed' }).catch(() => undefined)
  fate.dieAt(point)
  await press()
  const { passed } = fate
  fate.live()
  shop.advance(story.awayMs ?? 0)
  if (story.soldMeanwhile) peers.sellOut(shopper.variantId)
  peers.gatewayAnswer = story.answer ?? 'unknown'
  if (presses === 2) await press()
  await shop.settle()
  const ended = await checkInvariants(shop, shopper)
  const sold = ended.filter(({ orderId }) => orderId !== null).length
  return { passed, ended, sold }
}

for (const story of stories) {
  test(`with ${story.name}, a crash at any point leaves one order or none, and nothing in between`, async () => {
    const { passed: points } = await tell(story, Number.POSITIVE_INFINITY, 1)
    assert.ok(points.length >= 10, `there are points to die at: ${points.join(', ')}`)
    for (let point = 1; point <= points.length; point++) {
      for (const presses of [1, 2] as const) {
        const where = `dying as ${points[point - 1]} (${point}), pressed ${presses} times`
        const { passed, ended, sold } = await tell(story, point, presses).catch((cause) => {
          throw new Error(`It does not survive ${where}: ${cause.message}`, { cause })
        })
        assert.equal(passed.at(-1), points[point - 1], 'it died where it was to die')
        assert.ok(ended.length <= 1, `one key is one checkout, ${where}`)
        // Before the checkout was written down nothing is known of it, unless the shopper presses again.
        if (story.sells && ended.length > 0) assert.equal(sold, 1, `it is sold, ${where}`)
        if (story.sells === false) assert.equal(sold, 0, `it is not sold, ${where}`)
        const [code] = ended.map((checkout) => checkout.code)
        if (story.code && code) assert.equal(code, story.code, `the reason is kept, ${where}`)
        if (presses === 2) assert.equal(ended.length, 1)
      }
    }
  })
}

test('a process that dies again while it recovers does no harm either', async () => {
  const { peers, fate } = shop
  for (const card of ['good', 'declined'] as const) {
    for (let first = 1; first < 60; first++) {
      const shopper = peers.shopper({ coupon: 'TEN' })
      fate.dieAt(first)
      await shop.pay(shopper, { card, key: 'pressed' }).catch(() => undefined)
      const finished = fate.passed.length < first
      // Each life ends a few points further; at last one is long enough.
      for (let point = 3; point < 40; point += 4) {
        fate.dieAt(point)
        shop.advance(61_000)
        await shop.runJobs().catch(() => undefined)
      }
      fate.live()
      await shop.settle()
      const ended = await checkInvariants(shop, shopper)
      assert.ok(ended.length <= 1)
      if (finished) break
    }
  }
})

test('a peer that fails once at any request is no crash: the shopper is told, and nothing is half done', async () => {
  const { peers, fate } = shop
  for (const card of ['good', 'declined', '3ds', 'silent'] as const) {
    const asked = ['reserve', 'redeem', 'authorize', 'ask', 'release', 'release coupons', 'abandon']
    for (const point of asked.flatMap((name) => [`${name} is asked`, `${name} has answered`])) {
      const shopper = peers.shopper({ coupon: 'TEN' })
      let failed = false
      peers.gatewayAnswer = 'authorized'
      peers.reach = (reached) => {
        if (reached !== point || failed) return
        failed = true
        throw new Error('out of order')
      }
      await shop.pay(shopper, { card, key: 'pressed' }).catch(() => undefined)
      peers.reach = fate.reach
      await shop.settle()
      const ended = await checkInvariants(shop, shopper)
      assert.equal(ended.length, 1)
    }
  }
})
