import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { is, unavailable } from '@rialto/kit/problem'
import { openWorld, peer, type World } from '@rialto/kit/testing'
import { orderCancelled, orderPlaced, orders } from '@rialto/orders/contract'
import fc from 'fast-check'
import { inventory, outOfStock, reservationGone } from './contract.ts'
import { placed } from './example-orders.ts'
import type { Line } from './reservation.ts'
import service from './service.ts'
import { availabilityOf, type Balance } from './stock.ts'

let world: World
/** Checkouts of which orders says that they need their goods. */
const needed = new Set<string>()
let ordersAway = false
const claims = peer(orders.listClaims, ({ checkoutIds }) => {
  if (ordersAway) throw unavailable('It is away.', {})
  return { checkoutIds: checkoutIds.filter((id) => needed.has(id)) }
})
before(async () => {
  world = await openWorld(service, { peers: [claims] })
  await world.database.run`
    create function linesum(variant text, wanted text) returns bigint language sql return (
      select coalesce(sum((line ->> 'quantity')::bigint), 0)
      from reservations, jsonb_array_elements(lines) as line
      where status = wanted and line ->> 'variantId' = variant)`
})
after(() => world.close())

test('of 400 shoppers who want the last 200 at once, exactly 200 get one', async () => {
  const variantId = await stocked(200)
  const tries = Array.from({ length: 400 }, () => reserve(newId('chk'), [{ variantId, quantity: 1 }]))
  const results = await Promise.allSettled(tries)
  const refused = results.filter((result) => result.status === 'rejected')
  assert.equal(refused.length, 200)
  for (const { reason } of refused) {
    assert.ok(is(reason, outOfStock))
    assert.deepEqual(reason.details.lines, [{ variantId, wanted: 1, available: 0 }])
  }
  await booksAgree([variantId], { free: 0, reserved: 200, sold: 0 })
})

test('shoppers who want the same variants in opposite order do not block each other', async () => {
  const [one, two] = [await stocked(100), await stocked(100)]
  const tries = Array.from({ length: 60 }, (_, index) => {
    const lines = [one, two].map((variantId) => ({ variantId, quantity: 1 }))
    return reserve(newId('chk'), index % 2 === 0 ? lines : lines.reverse())
  })
  const orders = Array.from({ length: 20 }, (_, index) =>
    world.hear(orderCancelled, placed(newId('chk'), [{ variantId: index % 2 ? one : two, quantity: 1 }])),
  )
  await Promise.all([...tries, ...orders])
  await booksAgree([one, two], { free: 40, reserved: 60, sold: 0 })
})

test('a reservation that is repeated holds once', async () => {
  const { variantId, checkoutId, lines } = await held(10, 3)
  await Promise.all([reserve(checkoutId, lines), reserve(checkoutId, lines)])
  await booksAgree([variantId], { free: 7, reserved: 3, sold: 0 })
})

test('a release that is repeated gives back once, and a late reserve is refused', async () => {
  const { variantId, checkoutId, lines } = await held(10, 3)
  await world.call(inventory.release, { checkoutId })
  await world.call(inventory.release, { checkoutId })
  await assert.rejects(reserve(checkoutId, lines), (error) => is(error, reservationGone))
  await booksAgree([variantId], { free: 10, reserved: 0, sold: 0 })
})

test('a reserve that comes after its own release does not hold', async () => {
  const variantId = await stocked(5)
  const checkoutId = newId('chk')
  await world.call(inventory.release, { checkoutId })
  await assert.rejects(reserve(checkoutId, [{ variantId, quantity: 1 }]), (error) =>
    is(error, reservationGone),
  )
  await booksAgree([variantId], { free: 5, reserved: 0, sold: 0 })
})

test('a placed order sells what was held, also when it is heard twice', async () => {
  const { variantId, checkoutId, lines } = await held(10, 3)
  const order = placed(checkoutId, lines)
  const id = newId('msg')
  await world.hear(orderPlaced, order, { id })
  await world.hear(orderPlaced, order, { id })
  // After a restore the same order may come under a message that the inbox does not know.
  await world.hear(orderPlaced, order)
  await booksAgree([variantId], { free: 7, reserved: 0, sold: 3 })
})

test('a cancelled order gives its goods back, in whatever order its messages come', async () => {
  const first = await held(10, 3)
  await world.hear(orderPlaced, placed(first.checkoutId, first.lines))
  await world.hear(orderCancelled, placed(first.checkoutId, first.lines))
  await booksAgree([first.variantId], { free: 10, reserved: 0, sold: 0 })
  const second = await held(10, 3)
  await world.hear(orderCancelled, placed(second.checkoutId, second.lines))
  await world.hear(orderPlaced, placed(second.checkoutId, second.lines))
  await booksAgree([second.variantId], { free: 10, reserved: 0, sold: 0 })
})

test('what a checkout holds for too long is given back, and may be held again', async () => {
  const { variantId, checkoutId, lines } = await held(10, 3)
  await world.runJobs()
  await booksAgree([variantId], { free: 7, reserved: 3, sold: 0 })
  advance(16 * 60_000)
  await world.runJobs()
  await booksAgree([variantId], { free: 10, reserved: 0, sold: 0 })
  await reserve(checkoutId, lines)
  await booksAgree([variantId], { free: 7, reserved: 3, sold: 0 })
})

test('goods of an order whose news is late do not expire, and are sold when it comes', async () => {
  const { variantId, checkoutId, lines } = await held(3, 3)
  needed.add(checkoutId)
  for (let quarter = 0; quarter < 4; quarter++) {
    advance(16 * 60_000)
    await world.runJobs()
    await assert.rejects(reserve(newId('chk'), lines), (error) => is(error, outOfStock))
  }
  await world.hear(orderPlaced, placed(checkoutId, lines))
  await booksAgree([variantId], { free: 0, reserved: 0, sold: 3 })
})

test('while orders cannot be asked nothing expires; then it does', async () => {
  const { variantId } = await held(3, 3)
  advance(16 * 60_000)
  ordersAway = true
  await assert.rejects(world.runJobs())
  ordersAway = false
  await booksAgree([variantId], { free: 0, reserved: 3, sold: 0 })
  await world.runJobs()
  await booksAgree([variantId], { free: 3, reserved: 0, sold: 0 })
})

test('an order that is cancelled gives its goods back, asked or told, and before its own news too', async () => {
  const first = await held(10, 3)
  await world.hear(orderPlaced, placed(first.checkoutId, first.lines))
  await Promise.all([
    world.call(inventory.takeBack, { checkoutId: first.checkoutId }),
    world.hear(orderCancelled, placed(first.checkoutId, first.lines)),
    world.call(inventory.takeBack, { checkoutId: first.checkoutId }),
  ])
  await booksAgree([first.variantId], { free: 10, reserved: 0, sold: 0 })
  const second = await held(10, 3)
  await world.call(inventory.takeBack, { checkoutId: second.checkoutId })
  await world.hear(orderPlaced, placed(second.checkoutId, second.lines))
  await booksAgree([second.variantId], { free: 10, reserved: 0, sold: 0 })
})

test('what was sold does not expire', async () => {
  const { variantId, checkoutId, lines } = await held(10, 3)
  await world.hear(orderPlaced, placed(checkoutId, lines))
  advance(16 * 60_000)
  await world.runJobs()
  await booksAgree([variantId], { free: 7, reserved: 0, sold: 3 })
})

test('an order placed after its hold expired takes its goods anew, and waits while there are none', async () => {
  const { variantId, checkoutId, lines } = await held(3, 3)
  await world.call(inventory.release, { checkoutId })
  const rival = newId('chk')
  await reserve(rival, lines)
  await world.hear(orderPlaced, placed(checkoutId, lines))
  await booksAgree([variantId], { free: 0, reserved: 3, sold: 0 })
  await world.call(inventory.release, { checkoutId: rival })
  advance(60_000)
  await world.runJobs()
  await booksAgree([variantId], { free: 0, reserved: 0, sold: 3 })
})

test('goods counted to be fewer than are reserved leave none free', async () => {
  const { variantId, checkoutId } = await held(10, 3)
  const counts = [{ variantId, quantity: 2 }]
  await world.call(inventory.countStock, { counts, reason: 'Inventory' })
  await booksAgree([variantId], { free: 0, reserved: 3, sold: 0 })
  await world.call(inventory.release, { checkoutId })
  await booksAgree([variantId], { free: 3, reserved: 0, sold: 0 })
})

test('whatever happens at the same time, nothing is oversold and the books agree', async () => {
  const operation = fc.record({
    kind: fc.constantFrom('reserve', 'reserve', 'release', 'place', 'cancel', 'count'),
    checkout: fc.nat(7),
    lines: fc.array(fc.record({ variant: fc.nat(3), quantity: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 40 }), async (operations) => {
      const variantIds = [await stocked(9), await stocked(4), await stocked(0), await stocked(2, true)]
      const checkouts = Array.from({ length: 8 }, () => newId('chk'))
      const perform = async ({ kind, checkout, lines: wanted }: (typeof operations)[number]) => {
        const checkoutId = checkouts[checkout] as string
        const lines = wanted.map(({ variant, quantity }) => ({
          variantId: variantIds[variant] as string,
          quantity,
        }))
        if (kind === 'reserve') await reserve(checkoutId, lines)
        else if (kind === 'release') await world.call(inventory.release, { checkoutId })
        else if (kind === 'place') await world.hear(orderPlaced, placed(checkoutId, lines))
        else if (kind === 'cancel') await world.hear(orderCancelled, placed(checkoutId, lines))
        else await count(lines)
      }
      const results = await Promise.allSettled(operations.map(perform))
      for (const result of results) {
        if (result.status === 'fulfilled') continue
        assert.ok(is(result.reason, outOfStock) || is(result.reason, reservationGone), String(result.reason))
      }
      await booksAgree(variantIds)
    }),
    { numRuns: 25 },
  )
})

async function stocked(quantity: number, backorder = false): Promise<string> {
  const variantId = newId('var')
  await world.call(inventory.countStock, { counts: [{ variantId, quantity, backorder }], reason: 'Opening' })
  return variantId
}

async function held(inStock: number, quantity: number) {
  const variantId = await stocked(inStock)
  const checkoutId = newId('chk')
  const lines = [{ variantId, quantity }]
  await reserve(checkoutId, lines)
  return { variantId, checkoutId, lines }
}

async function reserve(checkoutId: string, lines: Line[]): Promise<void> {
  const expiresAt = new Date(Date.now() + advancedMs + 15 * 60_000).toISOString()
  await world.call(inventory.reserve, { checkoutId, lines, expiresAt })
}

async function count(lines: Line[]): Promise<void> {
  await world.call(inventory.countStock, { counts: lines, reason: 'Inventory' })
}

let advancedMs = 0

function advance(ms: number): void {
  advancedMs += ms
  world.advance(ms)
}

interface Books extends Balance {
  readonly state: string
  readonly ledger: { free: number; reserved: number; sold: number; received: number }
  readonly held: number
  readonly committed: number
}

/** Balance, ledger and reservations tell the same story, and optionally this one. */
async function booksAgree(variantIds: string[], expected: Partial<Balance> = {}): Promise<void> {
  const books = await world.database.rows<Books>`
    select s.*, (
      select jsonb_build_object(
        'free', coalesce(sum(quantity) filter (where kind <> 'commit'), 0),
        'reserved', coalesce(-sum(quantity) filter (where kind in ('reserve', 'release', 'commit')), 0),
        'sold', coalesce(sum(case kind when 'commit' then quantity when 'return' then -quantity end), 0),
        'received', coalesce(sum(quantity) filter (where kind in ('receive', 'adjust', 'count')), 0))
      from movements m where m.variant_id = s.variant_id) as ledger,
      linesum(s.variant_id, 'held') as held, linesum(s.variant_id, 'committed') as committed
    from stock s where variant_id = any(${variantIds})`
  assert.equal(books.length, variantIds.length)
  for (const { ledger, held, committed, state, ...balance } of books) {
    const { variantId, free, reserved, sold, received } = balance
    assert.deepEqual(ledger, { free, reserved, sold, received })
    assert.deepEqual([reserved, sold], [held, committed])
    assert.equal(state, availabilityOf(variantId, balance).state)
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(balance[name as keyof Balance], value, name)
    }
  }
}
