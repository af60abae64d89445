import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { loadServices, serviceNames } from '../services.ts'
import { comeToRest } from './content.ts'
import { readBudget, risesOf } from './costs/budget.ts'
import { openGuest } from './costs/guest.ts'
import { listenToHandlers } from './costs/handlers.ts'
import { type Operation, operations, type Things } from './costs/operations.ts'
import { type CountedShop, openCountedShop } from './costs/shop.ts'
import { listenToStatements } from './costs/statements.ts'
import { type Cost, createBooks, newTally, type Tally } from './costs/tally.ts'
import { type Good, stockShop } from './goods.ts'
import { openStaff } from './visitor.ts'

// What the shop does for a shopper, counted and held to bench/budget.json. It is no measure of time, so it is the same on
// every machine; to let something cost more, raise its figure there and say why.

const words = ['wool', 'linen']
const goods: readonly Good[] = Array.from({ length: 40 }, (_, index) => ({
  handle: `cap-${index}`,
  title: `Fine ${words[index % 2]} cap ${10 + index}`,
  price: 2490,
  quantity: 1_000,
  category: index % 2 === 0 ? 'Fashion > Hats' : 'Fashion > Caps',
  colour: index % 3 === 0 ? 'Red' : 'Straw',
}))
/** The least of so many turns: what is kept for a second may just have to be read anew in some. */
const turns = 8
/** The first ones open connections, fill what is kept, and compile. */
const turnsBefore = 24

let shop: CountedShop
let things: Things
let end: () => void
let bytes = 0
let tally: Tally | undefined

before(async () => {
  listenToHandlers(await loadServices(serviceNames), () => {
    if (tally) tally.handlers++
  })
  shop = await openCountedShop()
  const stocked = await stockShop(await openStaff(shop), goods)
  const variantIds = [...stocked.values()].flatMap((variants) => variants.map(({ id }) => id))
  const handles = goods.map(({ handle }) => handle)
  const guest = () => openGuest(shop.platform.app, (count) => (bytes += count))
  things = { variantIds, handles, categories: ['hats', 'caps'], words, guest }
  end = listenToStatements(createBooks(() => tally))
})
after(async () => {
  end?.()
  await shop?.close()
})

for (const [name, operation] of Object.entries(operations)) {
  test(`${name} costs no more than its budget`, async (context) => {
    const { cost, statements } = await costOf(operation)
    const rises = risesOf(readBudget()[name], cost)
    context.diagnostic(JSON.stringify(cost))
    const told = statements.map((text) => text.replace(/\s+/g, ' ').trim()).join('\n')
    assert.deepEqual(rises, [], `${rises.join('\n')}\nIts statements are:\n${told}`)
  })
}

test('every budget belongs to an operation and says why it is that much', () => {
  const budget = readBudget()
  assert.deepEqual(Object.keys(budget), Object.keys(operations))
  for (const [name, { because }] of Object.entries(budget)) assert.ok(because.length > 10, name)
})

test('it is noticed when an operation asks for more, and told by how much', async () => {
  const usual = operations['cart page'] as Operation
  const { database } = shop.platform.mounted[0] as (typeof shop.platform.mounted)[0]
  const wasteful: Operation = async (given, turn) => {
    const work = await usual(given, turn)
    return async () => {
      await database.rows`select 'wasted'`
      return work()
    }
  }
  const [before, behind] = [await costOf(usual), await costOf(wasteful)]
  const allowed = { ...before.cost, because: 'as it is now' }
  assert.deepEqual(risesOf(allowed, before.cost), [])
  const { statements, roundTrips } = before.cost
  assert.deepEqual(risesOf(allowed, behind.cost), [
    `statements rose from ${statements} to ${statements + 1} (+1)`,
    `roundTrips rose from ${roundTrips} to ${roundTrips + 1} (+1)`,
  ])
  assert.ok(behind.statements.some((text) => text.includes('wasted')))
})

test('it is noticed when an operation makes far more objects', async () => {
  const usual = operations['cart page'] as Operation
  const wasteful: Operation = async (given, turn) => {
    const work = await usual(given, turn)
    return async () => {
      const copies = Array.from({ length: 50_000 }, (_, index) => ({ index }))
      await work()
      return copies
    }
  }
  const { cost } = await costOf(wasteful)
  assert.match(risesOf(readBudget()['cart page'], cost).join(), /^allocatedKiB rose from /)
})

let turn = 0
setFlagsFromString('--expose-gc')
const collect: (options: { type: 'minor' }) => void = runInNewContext('gc')

async function costOf(operation: Operation): Promise<{ cost: Cost; statements: readonly string[] }> {
  const measured: { cost: Cost; statements: readonly string[] }[] = []
  for (let count = -turnsBefore; count < turns; count++) {
    const work = await operation(things, turn++)
    await comeToRest(shop.platform.mounted)
    bytes = 0
    tally = newTally()
    collect({ type: 'minor' })
    const usedBefore = usedBytes()
    await work()
    const allocatedKiB = Math.round((usedBytes() - usedBefore) / 1_024)
    const { statements, roundTrips, commits, handlers } = tally
    tally = undefined
    const cost = {
      statements: statements.length,
      roundTrips,
      commits,
      calls: handlers - 1,
      bytes,
      allocatedKiB,
    }
    if (count >= 0) measured.push({ cost, statements })
  }
  measured.sort((a, b) => a.cost.statements - b.cost.statements || a.cost.roundTrips - b.cost.roundTrips)
  const [least] = measured
  if (!least) throw new Error('Nothing was measured.')
  const allocatedKiB = lowerQuartileOf(measured.map(({ cost }) => cost.allocatedKiB))
  return { ...least, cost: { ...least.cost, allocatedKiB } }
}

/**
 * Of this process's heap. It rises by what is made, to the byte, until a collection takes it down: there is one before
 * each turn, so that none falls into it. What V8 says of all that was ever made rises by whole blocks of some hundred KiB.
 */
function usedBytes(): number {
  return getHeapStatistics().used_heap_size
}

/** What is done beside some turns makes their figures higher, and a collection in spite of all makes one lower. */
function lowerQuartileOf(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 4)] ?? Number.NaN
}
