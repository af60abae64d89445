import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { cart } from '@rialto/cart/contract'
import { catalog } from '@rialto/catalog/contract'
import { identity } from '@rialto/identity/contract'
import { until } from '@rialto/kit/until'
import { notifications } from '@rialto/notifications/contract'
import { orders } from '@rialto/orders/contract'
import type { ApiCall } from '@rialto/sdk'
import { search } from '@rialto/search/contract'
import { type NatsServer, startNatsServer } from '../../fleet/nats-server.ts'
import type { MemberName } from '../../fleet/plan.ts'
import { databaseUrls, settledViolations } from '../checker.ts'
import { stockShop } from '../goods.ts'
import { postgresPid } from '../shop.ts'
import { buy, cards, decided, fillCart, openStaff, openVisitor, pay, prepare, refusal } from '../visitor.ts'
import { openTestFleet, type TestFleet } from './open-test-fleet.ts'

// One service at a time is away: what the shop still does, what it says of the rest, and that it recovers.

const secret = 'faults'.repeat(6)
let carrierFolder: string
let carrier: NatsServer
let fleet: TestFleet
let variantId: string

const startCarrier = (port?: number) =>
  startNatsServer({ dataDir: carrierFolder, secret, port, log: () => {} })

before(async () => {
  carrierFolder = await mkdtemp(join(tmpdir(), 'rialto-carrier-'))
  carrier = await startCarrier()
  fleet = await openTestFleet({ env: { NATS_URL: carrier.url } })
  const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 1_000, category: 'Hats' }
  variantId = (await stockShop(await openStaff(fleet), [good])).get('wool-cap')?.[0]?.id ?? ''
})
after(async () => {
  await fleet?.close()
  await carrier?.stop()
  await rm(carrierFolder, { recursive: true, force: true })
})
afterEach(async () => {
  for (const { name, url } of fleet.members) if (!url) await bring(name)
})

async function take(name: MemberName): Promise<void> {
  for (const place of fleet.places(name)) await place.stop()
}

async function bring(name: MemberName): Promise<void> {
  for (const place of fleet.places(name)) await place.start()
}

/** The page at the path, as a browser that has come for the first time, or with these cookies, gets it. */
async function page(path: string, cookies: ReadonlyMap<string, string> = new Map()) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const reply = await fetch(fleet.url + path, { headers: cookie ? { cookie } : {}, redirect: 'manual' })
  return { status: reply.status, text: await reply.text() }
}

async function shows(path: string, text: string | RegExp, cookies?: ReadonlyMap<string, string>) {
  const { status, text: shown } = await page(path, cookies)
  assert.equal(status, 200, path)
  assert.match(shown, new RegExp(text), path)
}

async function isAway(asking: Promise<unknown>, service: string): Promise<void> {
  const { status, code, details } = await refusal(asking)
  assert.deepEqual([status, code, details.service], [503, 'unavailable', service])
}

/** Somebody with a filled cart who is about to pay. */
async function buyer(): Promise<{ call: ApiCall; attempt: Awaited<ReturnType<typeof prepare>> }> {
  const { call } = openVisitor(fleet)
  return { call, attempt: await prepare(call, await fillCart(call, { variantId }), cards.approved) }
}

async function isOpen(): Promise<void> {
  const { call } = openVisitor(fleet)
  assert.equal((await decided(call, (await buy(call, { variantId })).id)).status, 'confirmed')
}

/** Whether, with the service back, the same press of the button leads to an order. */
async function recovers({ call, attempt }: Awaited<ReturnType<typeof buyer>>): Promise<void> {
  const begun = await until('the shop takes the order', async () => {
    try {
      return await pay(call, attempt)
    } catch (error) {
      if ((error as { status?: number }).status === 503) return undefined
      throw error
    }
  })
  assert.equal((await decided(call, begun.id)).status, 'confirmed')
}

test('without search, lists come from the catalog and the rest goes on', async () => {
  await take('search')
  await isAway(openVisitor(fleet).call(search.searchProducts, { q: 'wool' }), 'search')
  await shows('/', 'Good things')
  await shows('/c/hats', 'Wool Cap')
  await shows('/search?q=wool', 'Wool Cap')
  await isOpen()
  await bring('search')
  await until('search answers', async () => {
    const found = await openVisitor(fleet)
      .call(search.searchProducts, { q: 'wool' })
      .catch(() => undefined)
    return found?.items[0]?.handle === 'wool-cap'
  })
})

test('without the catalog, lists come from search', async () => {
  await take('catalog')
  await isAway(openVisitor(fleet).call(catalog.listProducts, { limit: 7 }), 'catalog')
  await shows('/', 'Good things')
  await shows('/c/hats', 'Wool Cap')
  await shows('/search?q=cap', 'Wool Cap')
  await bring('catalog')
  await isOpen()
})

for (const name of ['pricing', 'inventory', 'shipping'] as const) {
  test(`without ${name} one can look around; the checkout says so and the cart is kept`, async () => {
    const ready = await buyer()
    await take(name)
    await shows('/', 'Good things')
    await shows('/c/hats', 'Wool Cap')
    await shows('/p/wool-cap', 'Wool Cap')
    await isAway(pay(ready.call, ready.attempt), name)
    await bring(name)
    assert.equal((await ready.call(cart.getCart, {})).itemCount, 1)
    await recovers(ready)
  })
}

test('without payments the order waits, and comes when they are back', async () => {
  const ready = await buyer()
  await take('payments')
  await shows('/p/wool-cap', 'Wool Cap')
  const begun = await pay(ready.call, ready.attempt)
  assert.equal(begun.status, 'running')
  assert.equal((await ready.call(cart.getCart, {})).itemCount, 1)
  await bring('payments')
  await recovers(ready)
})

test('without orders the cart is kept, and the checkout says so', async () => {
  const ready = await buyer()
  await take('orders')
  await shows('/p/wool-cap', 'Wool Cap')
  await isAway(pay(ready.call, ready.attempt), 'orders')
  assert.equal((await ready.call(cart.getCart, {})).itemCount, 1)
  await bring('orders')
  await recovers(ready)
})

test('without carts one can look around', async () => {
  const { call, cookies } = openVisitor(fleet)
  await call(cart.addItem, { variantId })
  await take('cart')
  await shows('/', 'Good things', cookies)
  await shows('/p/wool-cap', 'Wool Cap', cookies)
  await isAway(call(cart.getCart, {}), 'cart')
  await bring('cart')
  await until('the cart is as it was', async () => {
    const kept = await call(cart.getCart, {}).catch(() => undefined)
    return kept?.itemCount === 1
  })
})

test('without identity guests buy, and whoever is signed in stays so', async () => {
  const credentials = { email: 'ada@faults.example', password: 'a-long-password' }
  const known = openVisitor(fleet)
  await known.call(identity.register, { ...credentials, name: 'Ada' })
  await known.call(cart.addItem, { variantId })
  const elsewhere = openVisitor(fleet)
  await elsewhere.call(identity.signIn, credentials)
  await take('identity')
  await isOpen()
  await isAway(openVisitor(fleet).call(identity.signIn, credentials), 'identity')
  assert.equal((await known.call(cart.getCart, {})).itemCount, 1)
  // Of this one the gateway has not heard before: what is open to all is, what is theirs has to wait.
  await shows('/c/hats', 'Wool Cap', elsewhere.cookies)
  await isAway(elsewhere.call(orders.listOrders, {}), 'identity')
  await bring('identity')
  await until('the session is known again', () =>
    elsewhere.call(orders.listOrders, {}).catch(() => undefined),
  )
})

test('without notifications people buy, and their mails go out later, once', async () => {
  const email = 'later@faults.example'
  await take('notifications')
  const { call } = openVisitor(fleet)
  await buy(call, { variantId, email })
  await bring('notifications')
  await until('the mail is there', async () => {
    const { items } = await call(notifications.listInbox, { to: email })
    return items.length === 1
  })
})

test('without NATS people look around and buy, and what was said is heard later, once', async () => {
  const email = 'cut-off@faults.example'
  await carrier.stop()
  await shows('/c/hats', 'Wool Cap')
  const { call } = openVisitor(fleet)
  assert.equal((await decided(call, (await buy(call, { variantId, email })).id)).status, 'confirmed')
  carrier = await startCarrier(carrier.port)
  await until('the mail is there', async () => {
    const { items } = await call(notifications.listInbox, { to: email })
    return items.length === 1
  })
})

test('when PostgreSQL restarts, the shop answers plainly and recovers by itself', async () => {
  process.kill(postgresPid(fleet.dataDir) ?? 0, 'SIGINT')
  await until('somebody buys again', async () => {
    const { call } = openVisitor(fleet)
    const begun = await buy(call, { variantId }).catch((error) => {
      assert.ok([409, 503, 504].includes(error.status), `${error.status} ${error.message}`)
    })
    return begun?.status === 'confirmed'
  })
})

test('after all of this nothing is lost, double or left over', async () => {
  assert.deepEqual(await settledViolations(databaseUrls(fleet.dataDir), 120_000), [])
})
