import assert from 'node:assert/strict'
import type { Actor } from '@rialto/kit/access'
import type { Database, Queries } from '@rialto/kit/database'
import type { Context, Service } from '@rialto/kit/service'
import { openWorld } from '@rialto/kit/testing'
import { type Order, orderPlaced, orders } from './contract.ts'
import service from './service.ts'
import { type Card, Peers } from './testing.ts'
import { unitPrice } from './testing-cart.ts'
import { anyOpen, type Ended, readEnded } from './testing-store.ts'

/** Kills the process at a chosen point: from there on nothing it does has any effect, until it is started again. */
export class Fate {
  #count = 0
  #deathAt = Number.POSITIVE_INFINITY
  #dead = false
  /** The points that were passed, in order. */
  passed: string[] = []

  reach = (point: string): void => {
    if (!this.#dead) this.passed.push(point)
    if (++this.#count === this.#deathAt) this.#dead = true
    if (this.#dead) throw new Error(`The process died when ${point}`)
  }

  dieAt(point: number): void {
    Object.assign(this, { passed: [] })
    this.#count = 0
    this.#deathAt = point
    this.#dead = false
  }

  live(): void {
    this.dieAt(Number.POSITIVE_INFINITY)
  }
}

/** The service on a database of its own among stand-ins for its peers. */
export async function openShop() {
  const peers = new Peers()
  const fate = new Fate()
  peers.reach = fate.reach
  const world = await openWorld(mortal(service, fate), {
    peers: peers.list,
    config: { ORDERS_ASK_PAUSE_MS: '1' },
  })
  let offsetMs = 0
  peers.now = () => Date.now() + offsetMs
  const advance = (ms: number) => {
    offsetMs += ms
    world.advance(ms)
  }
  const pay = (
    { actor }: { actor: Actor },
    { card = 'good' as Card, key = undefined as string | undefined, quantity = 1 } = {},
  ) =>
    world.call(
      orders.checkout,
      {
        expectedTotal: { amount: quantity * unitPrice, currency: 'EUR' },
        payment: { gateway: 'sandbox', token: card },
      },
      { as: actor, idempotencyKey: key },
    )
  const ordersOf = async ({ actor }: { actor: Actor }): Promise<Order[]> =>
    (await world.call(orders.listOrders, {}, { as: actor })).items
  const buy = async ({ quantity = 1 } = {}): Promise<Order> => {
    const shopper = peers.shopper({ quantity, left: quantity })
    const { orderId = '' } = await pay(shopper, { quantity })
    return world.call(orders.getOrder, { id: orderId })
  }
  /** Lets time pass until every checkout is decided, the watchdog being all that still moves them. */
  const settle = async () => {
    for (let wakes = 0; wakes < 30; wakes++) {
      if (!(await anyOpen(world.database))) return
      advance(Math.min(31_000 * 2 ** wakes, 12 * 3_600_000))
      await world.runJobs()
    }
    throw new Error('A checkout never ends')
  }
  return {
    world,
    said: world.said,
    database: world.database,
    runJobs: world.runJobs,
    close: world.close,
    peers,
    fate,
    advance,
    pay,
    buy,
    ordersOf,
    settle,
  }
}

export type Shop = Awaited<ReturnType<typeof openShop>>

/** What must hold whatever happened: an order has its goods, its money and its news, and without one all is given back. */
export async function checkInvariants(shop: Shop, { id: ownerId }: { id: string }): Promise<Ended[]> {
  const { database, peers } = shop
  const ended = await readEnded(database, ownerId)
  const said = await shop.said(orderPlaced)
  for (const { id, step, orderId, placedAt, coupons } of ended) {
    assert.ok(step === 'confirmed' || step === 'failed', `it is decided, not at ${step}`)
    const bought = step === 'confirmed'
    assert.equal(orderId !== null, bought, 'confirmed, and only then, there is an order')
    assert.equal(peers.holdsGoods(id), bought, 'goods are held for an order, and only for one')
    // Money that comes late for a failed checkout must find that nobody wants it.
    if (!bought) peers.decide(id, 'authorized')
    assert.equal(peers.holdsMoney(id), bought, 'money is held for an order, and only for one')
    if (coupons.length > 0) assert.equal(peers.coupons.get(id) === 'redeemed', bought, 'coupons likewise')
    assert.equal(said.filter(({ checkoutId }) => checkoutId === id).length, bought ? 1 : 0, 'told once')
    if (placedAt) {
      const heldUntil = peers.holds.get(id)?.expiresAt ?? 0
      assert.ok(heldUntil > Date.parse(placedAt), 'the goods were held when the order was placed')
    }
  }
  return ended
}

/** The service with every statement and commit of its checkouts in the hands of fate. */
function mortal(original: Service, fate: Fate): Service {
  const doomed = (context: Context): Context => ({ ...context, database: doom(context.database, fate) })
  const routes = Object.entries(original.routes).map(([name, route]) => {
    if (typeof route !== 'function') return [name, route]
    const handler = route as unknown as (input: never, context: Context) => Promise<unknown>
    return [name, (input: never, context: Context) => handler(input, doomed(context))]
  })
  const jobs = original.jobs.map((job) => ({
    ...job,
    perform: (message: never, context: Context) => job.perform(message, doomed(context)),
  }))
  return { ...original, routes: Object.fromEntries(routes), jobs: jobs as unknown as Service['jobs'] }
}

function doom(database: Database, fate: Fate): Database {
  const between = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    fate.reach(`${what} begins`)
    const result = await work()
    fate.reach(`${what} is done`)
    return result
  }
  const alone = (queries: Queries): Queries => ({
    row: (...statement) => between('a read', () => queries.row(...statement)),
    rows: (...statement) => between('a read', () => queries.rows(...statement)),
    run: (...statement) => between('a write', () => queries.run(...statement)),
  })
  return {
    ...database,
    ...alone(database),
    quick: alone(database.quick),
    transaction: (work) => between('a transaction', () => database.transaction(work)),
    sharedTransaction: (key, work) => between('a transaction', () => database.sharedTransaction(key, work)),
  }
}
