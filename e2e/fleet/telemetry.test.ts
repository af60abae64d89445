import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { freePort } from '@rialto/kit/free-port'
import { until } from '@rialto/kit/until'
import { operations } from '@rialto/operations/contract'
import type { ApiCall } from '@rialto/sdk'
import { stockShop } from '../goods.ts'
import { buy, openStaff, openVisitor } from '../visitor.ts'
import { openTestFleet, type TestFleet } from './open-test-fleet.ts'

// What each process of a fleet tells, for itself, and that an operator chooses how much.

const membersAtMost = 20
let fleet: TestFleet
let staff: ApiCall
let firstPort: number
let variantId: string

before(async () => {
  firstPort = await freeRow(membersAtMost)
  fleet = await openTestFleet({ replicas: 'cart=2', env: { METRICS_PORT: String(firstPort) } })
  staff = await openStaff(fleet)
  const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 100 }
  variantId = (await stockShop(staff, [good])).get('wool-cap')?.[0]?.id ?? ''
})
after(() => fleet?.close())

/** The first of so many ports in a row that are free. */
async function freeRow(length: number): Promise<number> {
  const first = await freePort()
  const row = Array.from({ length }, (_, index) => isFree(first + index))
  return (await Promise.all(row)).every(Boolean) ? first : freeRow(length)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

async function partsAt(port: number): Promise<string> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return /^rialto_build_info\{.*parts="([^"]+)"/m.exec(text)?.[1] ?? ''
}

test('each process is asked for metrics at a port of its own, also the one that takes its place', async () => {
  const told = () => Promise.all(fleet.members.map((_, index) => partsAt(firstPort + index)))
  const names = fleet.members.map(({ name }) => name)
  assert.deepEqual(await told(), names)
  const [place] = fleet.places('cart')
  await place?.replace()
  await until('the new one has the port', async () => {
    const all = await told().catch(() => [])
    return all.join() === names.join()
  })
})

async function linesOf(service: string, level: 'debug' | 'info'): Promise<number> {
  const { lines } = await staff(operations.listLogs, { service, level, limit: 200 })
  return lines.filter((line) => line.service === service && line.level === level).length
}

test('the log of one service tells more from now on, and less again, while all others go on as before', async () => {
  assert.equal(await linesOf('cart', 'info'), 0)
  const { instances, silent } = await staff(operations.changeLogLevel, { level: 'info', service: 'cart' })
  assert.deepEqual({ instances, silent }, { instances: 2, silent: [] })
  await buy(openVisitor(fleet).call, { variantId })
  await until('the cart tells of requests', async () => (await linesOf('cart', 'info')) > 0)
  assert.equal(await linesOf('orders', 'info'), 0)
  const changed = await staff(operations.changeLogLevel, { level: 'error', service: 'cart' })
  assert.equal(changed.instances, 2)
  const before = await linesOf('cart', 'info')
  await buy(openVisitor(fleet).call, { variantId })
  assert.equal(await linesOf('cart', 'info'), before)
})
