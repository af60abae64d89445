import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '@rialto/kit/until'
import { operations } from '@rialto/operations/contract'
import type { ApiCall } from '@rialto/sdk'
import { webhooks } from '@rialto/webhooks/contract'
import { stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { buy, openStaff, openVisitor, refusal } from './visitor.ts'

// What an operator is told of a shop that runs: in one process, or of all processes of a fleet.

const isFleet = process.env.RIALTO_E2E === 'fleet'
const goods = [{ handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 9 }]

let shop: Shop
let staff: ApiCall

before(async () => {
  shop = await openShop()
  staff = await openStaff(shop)
})
after(() => shop?.close())

test('every process is told of, with its services, and none is silent', async () => {
  // A machine that has just started all of them may be slow to answer at first.
  const instances = await until('all are ready', async () => {
    const { items } = await staff(operations.listInstances, {})
    return items.every(({ state }) => state === 'ready') && items
  })
  const { services } = await until('all answer', async () => {
    const map = await staff(operations.getServiceMap, {})
    return map.silent.length === 0 && map
  })
  const odd = services.filter(({ ready, versions }) => ready !== 1 || versions.length !== 1)
  assert.deepEqual(odd, [])
  assert.equal(instances.length, isFleet ? services.length : 1)
})

test('a purchase is one trace, whichever processes took part in it', async () => {
  const variantId = (await stockShop(staff, goods)).get('wool-cap')?.[0]?.id ?? ''
  await buy(openVisitor(shop).call, { variantId, quantity: 1 })
  const { id } = await until('it is found', async () => {
    const { items } = await staff(operations.listTraces, { text: 'checkouts', service: 'payments' })
    return items[0]
  })
  // A span is told of when it has ended, those within others before these.
  const spans = await until('all of it has ended', async () => {
    const trace = await staff(operations.getTrace, { id })
    return trace.silent.length === 0 && rootsOf(trace.spans).length === 1 && trace.spans
  })
  const took = new Set(spans.map(({ service }) => service))
  for (const service of ['gateway', 'orders', 'payments', 'inventory']) assert.ok(took.has(service), service)
  assert.equal(new Set(spans.map(({ instance }) => instance)).size > 1, isFleet)
})

interface Placed {
  readonly id: string
  readonly parentId?: string
}

/** Those whose parent is not among them; of a whole trace one. */
function rootsOf<Span extends Placed>(spans: readonly Span[]): Span[] {
  const known = new Set(spans.map(({ id }) => id))
  return spans.filter(({ parentId }) => parentId === undefined || !known.has(parentId))
}

test('a service is told to fail wherever it runs, and to work again', async () => {
  const { instances } = await staff(operations.injectFault, {
    service: 'webhooks',
    kind: 'fail',
    seconds: 600,
  })
  assert.equal(instances, 1)
  assert.equal((await refusal(staff(webhooks.listWebhooks, {}))).code, 'unavailable')
  await staff(operations.removeFault, { service: 'webhooks' })
  await staff(webhooks.listWebhooks, {})
})

test('a service that crashes comes back in a fleet; one process does not end itself', async () => {
  const asked = staff(operations.injectFault, { service: 'webhooks', kind: 'crash' })
  if (!isFleet) return assert.equal((await refusal(asked)).code, 'conflict')
  const before = await processOf('webhooks')
  await asked
  await until('another process has its place', async () => {
    const now = await processOf('webhooks')
    return now !== undefined && now !== before
  })
})

async function processOf(service: string): Promise<string | undefined> {
  const { items } = await staff(operations.listInstances, {})
  return items.find(({ services, state }) => state === 'ready' && services.includes(service))?.id
}
