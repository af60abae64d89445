import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '@rialto/kit/until'
import { databaseUrls, settledViolations } from '../checker.ts'
import { stockShop } from '../goods.ts'
import { openStaff } from '../visitor.ts'
import { openTestFleet, type TestFleet } from './open-test-fleet.ts'
import { type Shopping, sendShoppers } from './shoppers.ts'

// Processes come and go while people shop: on purpose, one after the other, and by accident.

const handle = 'wool-cap'
let fleet: TestFleet
let variantId: string

before(async () => {
  fleet = await openTestFleet({ replicas: 'orders=2,inventory=2' })
  const good = { handle, title: 'Wool Cap', price: 2490, quantity: 100_000 }
  variantId = (await stockShop(await openStaff(fleet), [good])).get(handle)?.[0]?.id ?? ''
})
after(() => fleet?.close())

const shop = () => sendShoppers({ url: fleet.url, variantId, handle, shoppers: 4 })

async function moreOrders(shopping: Shopping, count: number): Promise<void> {
  const before = shopping.orders
  await until(`${count} more orders`, () => shopping.orders >= before + count)
}

test('every process is replaced by a new one while people shop, and no request fails', async (t) => {
  const pids = fleet.members.map(({ pid }) => pid)
  const shopping = shop()
  await moreOrders(shopping, 4)
  await fleet.replaceAll()
  await moreOrders(shopping, 4)
  await shopping.stop()
  t.diagnostic(`${shopping.requests} steps, ${shopping.orders} orders while ${pids.length} were replaced`)
  assert.deepEqual(shopping.failures, [])
  assert.ok(fleet.members.every(({ pid, deaths }, index) => pid !== pids[index] && deaths === 0))
})

test('instances that are killed again and again fail no request that may be repeated', async (t) => {
  const shopping = shop()
  await moreOrders(shopping, 2)
  const victims = [...fleet.places('orders'), ...fleet.places('inventory')]
  for (const victim of victims) {
    const { pid, deaths } = victim
    process.kill(pid ?? 0, 'SIGKILL')
    await until('it is noticed', () => victim.deaths > deaths)
    await until('a new one is there', () => victim.pid !== pid && victim.url)
    await moreOrders(shopping, 2)
  }
  await shopping.stop()
  t.diagnostic(`${shopping.requests} steps, ${shopping.orders} orders while ${victims.length} were killed`)
  assert.deepEqual(shopping.failures, [])
})

test('after all of this nothing is lost, double or left over', async () => {
  assert.deepEqual(await settledViolations(databaseUrls(fleet.dataDir)), [])
})
