import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { productChanged, productRemoved } from '@rialto/catalog/contract'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { is, notFound, versionConflict } from '@rialto/kit/problem'
import type { Static } from '@rialto/kit/schema'
import { openWorld, type World } from '@rialto/kit/testing'
import { inventory, outOfStock, stockBack, stockChanged, stockLow } from './contract.ts'
import service from './service.ts'

let world: World
before(async () => {
  world = await openWorld(service)
})
after(() => world.close())

const staff: Actor = { kind: 'staff', id: 'staff_1', permissions: ['inventory'] }

test('new variants of the catalog have no stock until some is received', async () => {
  const variantId = newId('var')
  await world.hear(productChanged, product(variantId))
  assert.deepEqual((await availability(variantId))[0], { variantId, state: 'out', available: 0 })
  const stock = await world.call(inventory.receiveStock, { variantId, quantity: 8 }, { as: staff })
  assert.deepEqual([stock.free, stock.received, stock.version], [8, 8, 2])
  assert.equal((await availability(variantId))[0]?.state, 'in-stock')
})

test('a product that is told of again keeps its stock', async () => {
  const variantId = await stocked(4)
  await world.hear(productChanged, product(variantId))
  assert.equal((await stockOf(variantId)).free, 4)
})

test('the variants of a removed product are sold no more, their ledger stays', async () => {
  const variantId = await stocked(4)
  await world.hear(productRemoved, { id: newId('prod'), variantIds: [variantId] })
  await world.hear(productChanged, product(variantId))
  assert.equal((await availability(variantId))[0]?.state, 'out')
  await assert.rejects(
    world.call(inventory.reserve, {
      checkoutId: newId('chk'),
      lines: [{ variantId, quantity: 1 }],
      expiresAt: new Date().toISOString(),
    }),
    (error) => is(error, outOfStock),
  )
  const { items } = await world.call(inventory.listMovements, { variantId }, { as: staff })
  assert.equal(items.length, 1)
})

test('a product that is removed before it is heard of stays removed', async () => {
  const variantId = newId('var')
  await world.hear(productRemoved, { id: newId('prod'), variantIds: [variantId] })
  await world.hear(productChanged, product(variantId))
  await count([{ variantId, quantity: 5 }])
  assert.equal((await availability(variantId))[0]?.state, 'out')
})

test('availability answers for every variant asked, unknown ones are out', async () => {
  const [known, unknown] = [await stocked(3), newId('var')]
  assert.deepEqual(await availability(known, unknown), [
    { variantId: known, state: 'low', available: 3 },
    { variantId: unknown, state: 'out', available: 0 },
  ])
})

test('an adjustment is booked with its reason and cannot take away what is not free', async () => {
  const variantId = await stocked(4)
  const stock = await world.call(
    inventory.adjustStock,
    { variantId, difference: -3, reason: 'Broken in the warehouse' },
    { as: staff },
  )
  assert.equal(stock.free, 1)
  await assert.rejects(
    world.call(inventory.adjustStock, { variantId, difference: -2, reason: 'Broken' }, { as: staff }),
    (error) => is(error, outOfStock),
  )
  const { items } = await world.call(inventory.listMovements, { variantId, limit: 1 }, { as: staff })
  assert.deepEqual(
    items.map(({ kind, quantity, reason }) => [kind, quantity, reason]),
    [['adjust', -3, 'Broken in the warehouse']],
  )
})

test('two people who correct the same stock do not overwrite each other unseen', async () => {
  const variantId = await stocked(4)
  const { version } = await stockOf(variantId)
  const change = () =>
    world.call(inventory.receiveStock, { variantId, quantity: 1 }, { as: staff, expectedVersion: version })
  await change()
  await assert.rejects(change(), (error) => is(error, versionConflict))
})

test('stock of a variant that nobody knows is not found', async () => {
  const variantId = newId('var')
  await assert.rejects(world.call(inventory.getStock, { variantId }), (error) => is(error, notFound))
  await assert.rejects(
    world.call(inventory.receiveStock, { variantId, quantity: 1 }, { as: staff }),
    (error) => is(error, notFound),
  )
})

test('two thousand variants are counted at once, also those the catalog has not told of yet', async () => {
  const counts = Array.from({ length: 2_000 }, (_, index) => ({ variantId: newId('var'), quantity: index }))
  assert.equal((await count(counts)).changed, 1_999)
  assert.equal((await count(counts)).changed, 0)
  const last = counts.at(-1)?.variantId as string
  assert.equal((await stockOf(last)).free, 1_999)
  assert.equal(
    (await count(counts.map((one) => ({ ...one, quantity: null, backorder: false })))).changed,
    2_000,
  )
  assert.equal((await availability(last))[0]?.available, 9_999)
})

test('lists of stock go page by page and can show only what is low', async () => {
  const low = [await stocked(1), await stocked(2), await stocked(3)]
  const seen: string[] = []
  let next: string | undefined
  do {
    const page = await world.call(inventory.listStock, { state: 'low', limit: 2, after: next }, { as: staff })
    seen.push(...page.items.map(({ variantId }) => variantId))
    next = page.next
  } while (next)
  for (const variantId of low) assert.equal(seen.filter((one) => one === variantId).length, 1)
})

test('shoppers are told when stock runs low and when it is back', async () => {
  const variantId = await stocked(30)
  const adjust = (difference: number) =>
    world.call(inventory.adjustStock, { variantId, difference, reason: 'Test' }, { as: staff })
  await adjust(-1)
  await adjust(-25)
  await adjust(-4)
  await adjust(+50)
  const changed = (await world.said(stockChanged)).filter((one) => one.variantId === variantId)
  assert.deepEqual(
    changed.map(({ available }) => available),
    [30, 4, 0, 50],
  )
  const low = (await world.said(stockLow)).filter((one) => one.variantId === variantId)
  const back = (await world.said(stockBack)).filter((one) => one.variantId === variantId)
  assert.deepEqual([low, back], [[{ variantId, free: 4 }], [{ variantId, free: 50 }]])
})

test('the table itself refuses a balance that is oversold or does not add up', async () => {
  const variantId = await stocked(3)
  const { database } = world
  await assert.rejects(
    database.run`update stock set free = -1, received = -1 where variant_id = ${variantId}`,
    /never_oversold/,
  )
  await assert.rejects(
    database.run`update stock set free = 2 where variant_id = ${variantId}`,
    /nothing_gets_lost/,
  )
})

function availability(...variantIds: string[]) {
  return world.call(inventory.getAvailability, { variantIds }).then(({ items }) => items)
}

function stockOf(variantId: string) {
  return world.call(inventory.getStock, { variantId })
}

function count(counts: { variantId: string; quantity: number | null; backorder?: boolean }[]) {
  return world.call(inventory.countStock, { counts, reason: 'Inventory' })
}

async function stocked(quantity: number): Promise<string> {
  const variantId = newId('var')
  await count([{ variantId, quantity }])
  return variantId
}

function product(...variantIds: string[]): Static<typeof productChanged.schema> {
  return { variants: variantIds.map((id) => ({ id })) } as Static<typeof productChanged.schema>
}
