import type { Agent } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { address, keepAlive, newShopper, type Shopper } from './shopper.ts'
import type { Goods } from './staff.ts'

export interface Offer {
  readonly goods: readonly Goods[]
  readonly seconds: number
  /** Shoppers who come, whether or not those before them are done. */
  readonly perSecond: number
  readonly browsing: { readonly lists: number; readonly products: number }
}

export interface Outcome {
  readonly camePerSecond: number
  readonly boughtPerSecond: number
  readonly p99Ms: number
  readonly refusedFirstPerSecond: number
  readonly refusedLaterPerSecond: number
  /** Anything but an order and a plain `overloaded`. */
  readonly failed: number
  /** What those were, and how often. */
  readonly failures: ReadonlyMap<string, number>
  /** Percent of those asked for. */
  readonly listsAnswered: number
  readonly productsAnswered: number
  /** By how much the load's own process was late, p99: beyond some 50 ms it is the load that is measured. */
  readonly lateMs: number
}

interface Counts {
  came: number
  refusedFirst: number
  refusedLater: number
  failed: number
  readonly failures: Map<string, number>
  lists: { asked: number; answered: number }
  products: { asked: number; answered: number }
  readonly timesMs: number[]
}

/** Sends shoppers and those who browse at a steady pace, and counts what came of it until the time is up. */
export async function offer(url: string, { goods, seconds, perSecond, browsing }: Offer): Promise<Outcome> {
  const agent = keepAlive(Number.POSITIVE_INFINITY)
  const none = () => ({ asked: 0, answered: 0 })
  const counts: Counts = {
    came: 0,
    refusedFirst: 0,
    refusedLater: 0,
    failed: 0,
    failures: new Map(),
    lists: none(),
    products: none(),
    timesMs: [],
  }
  const late = monitorEventLoopDelay()
  late.enable()
  const run = `${Date.now()}`
  const prices = Date.now() % 1_000_000_000
  const pick = (index: number) => goods[(index * 7919) % goods.length] as Goods
  const ends = performance.now() + seconds * 1_000
  const underWay = [
    atPace(perSecond, ends, (index) =>
      shop(url, agent, pick(index).variantId, `${run}-${index}`, counts, ends),
    ),
    atPace(browsing.lists, ends, (index) => {
      // Nobody has asked up to this price before.
      return look(newShopper(url, agent), `/search?limit=20&maxPrice=${prices + index}`, counts.lists)
    }),
    atPace(browsing.products, ends, (index) => {
      return look(newShopper(url, agent), `/products/${pick(index).productId}`, counts.products)
    }),
  ]
  await Promise.all(underWay)
  agent.destroy()
  late.disable()
  return { ...outcomeOf(counts, seconds), lateMs: late.percentile(99) / 1e6 }
}

/** Begins as many as are due, whatever became of those before; resolves when all are done. */
async function atPace(
  perSecond: number,
  ends: number,
  begin: (index: number) => Promise<void>,
): Promise<void> {
  const began = performance.now()
  const all: Promise<void>[] = []
  for (let now = began; now < ends; now = performance.now()) {
    const due = ((now - began) / 1_000) * perSecond
    while (all.length < due) all.push(begin(all.length))
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await Promise.all(all)
}

async function shop(
  url: string,
  agent: Agent,
  variantId: string,
  key: string,
  counts: Counts,
  ends: number,
): Promise<void> {
  const began = performance.now()
  counts.came++
  const { failures } = counts
  const note = (what: string) => {
    failures.set(what, (failures.get(what) ?? 0) + 1)
    return 'failed' as const
  }
  const outcome = await buy(newShopper(url, agent), variantId, key, note).catch((error) =>
    note(`no answer: ${error.code ?? error.message}`),
  )
  if (outcome !== 'bought') counts[outcome]++
  else if (performance.now() <= ends) counts.timesMs.push(performance.now() - began)
}

type Step = readonly [method: string, path: string, body: object, headers?: Record<string, string>]

/** A whole purchase, given up at the first refusal. */
async function buy(shopper: Shopper, variantId: string, key: string, note: (what: string) => 'failed') {
  let at = 0
  const cart = { deliveryOptions: [] as { methodId: string }[], quote: { total: 0, currency: '' }, token: '' }
  const steps: (() => Step)[] = [
    () => ['POST', '/cart/items', { variantId }],
    () => ['PUT', '/cart/delivery', { email: 'ada@shop.example', address }],
    () => ['PUT', '/cart/delivery', { deliveryMethodId: cart.deliveryOptions[0]?.methodId }],
    () => ['POST', '/sandbox-gateway/tokens', { number: '4242424242424242', expiry: '12/34', cvc: '123' }],
    () => {
      const { total: amount, currency } = cart.quote
      const payment = { gateway: 'sandbox', token: cart.token }
      return [
        'POST',
        '/checkouts',
        { expectedTotal: { amount, currency }, payment },
        { 'idempotency-key': key },
      ]
    },
  ]
  for (const step of steps) {
    const { status, body } = await shopper.send<typeof cart & { code?: string; status?: string }>(...step())
    if (body.code === 'overloaded') return at === 0 ? ('refusedFirst' as const) : ('refusedLater' as const)
    if (status >= 400) return note(`step ${at + 1}: ${status} ${body.code}`)
    Object.assign(cart, body)
    if (body.status === 'confirmed') return 'bought' as const
    at++
  }
  return note('a checkout that was still open')
}

async function look(
  shopper: Shopper,
  path: string,
  count: { asked: number; answered: number },
): Promise<void> {
  count.asked++
  const reply = await shopper.send('GET', path).catch(() => undefined)
  if (reply?.status === 200) count.answered++
}

function outcomeOf(
  { came, timesMs, lists, products, ...counts }: Counts,
  seconds: number,
): Omit<Outcome, 'lateMs'> {
  const sorted = timesMs.toSorted((a, b) => a - b)
  const percent = ({ asked, answered }: Counts['lists']) => (100 * answered) / Math.max(1, asked)
  return {
    camePerSecond: came / seconds,
    boughtPerSecond: sorted.length / seconds,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    refusedFirstPerSecond: counts.refusedFirst / seconds,
    refusedLaterPerSecond: counts.refusedLater / seconds,
    failed: counts.failed,
    failures: counts.failures,
    listsAnswered: percent(lists),
    productsAnswered: percent(products),
  }
}
