import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe } from '@rialto/kit/contract'
import { conflict, forbidden, invalidInput, is, notFound, unauthenticated } from '@rialto/kit/problem'
import { operations } from './contract.ts'
import { askFleet, type FakeProcess, factsOf, spanOf } from './testing.ts'

const rates = [
  {
    operation: 'orders.getOrder',
    at: '2026-03-01T09:59:50Z',
    count: 30,
    errors: 3,
    p50Ms: 4,
    p95Ms: 9,
    p99Ms: 20,
  },
  {
    operation: 'orders.listOrders',
    at: '2026-03-01T09:59:20Z',
    count: 10,
    errors: 0,
    p50Ms: 8,
    p95Ms: 29,
    p99Ms: 40,
  },
  {
    operation: 'orders.getOrder',
    at: '2026-03-01T09:50:00Z',
    count: 99,
    errors: 9,
    p50Ms: 1,
    p95Ms: 1,
    p99Ms: 1,
  },
]
const cause = spanOf({ spanId: 'a', service: 'orders', durationMs: 50 })
const followed = spanOf({
  traceId: 'trace2',
  spanId: 'c',
  service: 'cart',
  kind: 'consumer',
  at: '2026-03-01T09:59:00.200Z',
  links: [{ traceId: 'trace1', spanId: 'a' }],
})
const part = spanOf({
  spanId: 'b',
  parentId: 'a',
  service: 'cart',
  at: '2026-03-01T09:59:00.010Z',
  failed: true,
  attributes: { tries: 2 },
})

const orders: FakeProcess = {
  name: 'orders',
  tells: {
    '/instance': factsOf('orders'),
    '/recent/rates': rates,
    '/recent/spans': (question: { path: string }) => (question.path.includes('trace2') ? [] : [cause]),
    '/recent/gauges': [{ name: 'pool', at: '2026-03-01T09:59:50Z', value: 3, labels: { service: 'orders' } }],
  },
}
const cart: FakeProcess = {
  name: 'cart',
  tells: {
    '/instance': factsOf('cart'),
    '/recent/rates': [],
    '/recent/spans': ({ path }: { path: string }) =>
      path.includes('linkedTo') || path.includes('trace2') ? [followed] : [part],
    '/recent/gauges': [],
  },
}
const dead: FakeProcess = { name: 'orders' }
const hanging: FakeProcess = {
  name: 'orders',
  tells: {
    '/instance': 'never',
    '/recent/rates': 'never',
    '/recent/spans': 'never',
    '/recent/gauges': 'never',
  },
}

test('instances are told with what they do; one that does not answer is silent and holds up nobody', async () => {
  const { call } = askFleet({ processes: [orders, dead, hanging] })
  const { items } = await call(operations.listInstances, {})
  assert.deepEqual(
    items.map(({ state, perMinute, failedShare, p50Ms, why }) => [state, perMinute, failedShare, p50Ms, why]),
    [
      ['ready', 40, 0.075, 5, undefined],
      ['silent', 0, 0, 0, 'It takes no connections.'],
      ['silent', 0, 0, 0, 'It did not answer in time.'],
    ],
  )
})

test('the map names services that nobody has, and who asked or told whom', async () => {
  const { call } = askFleet({
    processes: [orders, { ...cart, tells: { ...cart.tells, '/recent/spans': [part, followed] } }],
  })
  const { services, calls } = await call(operations.getServiceMap, {})
  const [gateway, first] = services
  assert.deepEqual([gateway?.name, gateway?.instances], ['gateway', 0])
  assert.deepEqual([first?.name, first?.instances, first?.ready, first?.perMinute], ['orders', 1, 1, 40])
  assert.deepEqual(calls, [
    { from: 'orders', to: 'cart', kind: 'call', count: 1, failed: 1 },
    { from: 'orders', to: 'cart', kind: 'message', count: 1, failed: 0 },
  ])
})

test('a trace is put together from all instances, with the work that followed from its messages', async () => {
  const { call } = askFleet({ processes: [orders, cart, dead] })
  const trace = await call(operations.getTrace, { id: 'trace1' })
  assert.deepEqual(
    trace.spans.map(({ id, parentId, instance }) => [id, parentId, instance]),
    [
      ['a', undefined, 'orders'],
      ['b', 'a', 'cart'],
      ['c', 'a', 'cart'],
    ],
  )
  assert.deepEqual(
    [trace.durationMs, trace.silent, trace.spans[1]?.attributes],
    [210, ['orders'], { tries: '2' }],
  )
})

test('a trace that nobody remembers is not found', async () => {
  const { call } = askFleet({ processes: [{ name: 'orders', tells: { '/recent/spans': [] } }] })
  await assert.rejects(call(operations.getTrace, { id: 'gone' }), (error) => is(error, notFound))
})

test('what the console itself asks is among no traces that are found', async () => {
  const own = spanOf({
    spanId: 'o',
    service: 'gateway',
    attributes: { 'rialto.operation': 'operations.listLogs' },
  })
  const { call } = askFleet({ processes: [{ name: 'gateway', tells: { '/recent/spans': [own] } }] })
  assert.deepEqual((await call(operations.listTraces, {})).items, [])
})

test('traces are found by a word of any span, by service, failure and duration', async () => {
  const { call } = askFleet({ processes: [orders, cart] })
  const found = async (filter: object) =>
    (await call(operations.listTraces, filter)).items.map(({ id }) => id)
  assert.deepEqual(await found({}), ['trace1'])
  assert.deepEqual(await found({ text: 'Cart.Work', service: 'cart', failed: true, longerThanMs: 50 }), [
    'trace1',
  ])
  assert.deepEqual(await found({ text: 'nothing' }), [])
  assert.deepEqual(await found({ longerThanMs: 51 }), [])
})

test('logs of all instances are read in the order of time, and followed from where each ended', async () => {
  const log = (at: string, message: string) => ({ at, level: 'info', message, fields: { count: 2 } })
  const tells = (own: object[], next: number) => ({
    '/recent/logs': ({ path }: { path: string }) =>
      path.includes('after=')
        ? { logs: [log('2026-03-01T10:00:09Z', path)], next: next + 1 }
        : { logs: own, next },
  })
  const processes = [
    { name: 'orders', tells: tells([log('2026-03-01T10:00:02Z', 'second')], 7) },
    { name: 'cart', tells: tells([log('2026-03-01T10:00:01Z', 'first')], 9) },
  ]
  const { call } = askFleet({ processes })
  const { lines, position } = await call(operations.listLogs, {})
  assert.deepEqual(
    lines.map(({ message, instance, fields }) => [message, instance, fields]),
    [
      ['first', 'cart', { count: '2' }],
      ['second', 'orders', { count: '2' }],
    ],
  )
  const more = await call(operations.listLogs, { position, level: 'warn' })
  assert.deepEqual(
    more.lines.map(({ message }) => /after=(\d+)/.exec(message)?.[1]),
    ['7', '9'],
  )
  await assert.rejects(call(operations.listLogs, { position: 'x' }), (error) => is(error, invalidInput))
})

test('rates of several instances are one series for each operation', async () => {
  const { call } = askFleet({ processes: [orders, orders] })
  const { items } = await call(operations.listRequestRates, { minutes: 5 })
  assert.deepEqual(
    items.map(({ operation, points }) => [
      operation,
      points.map(({ count, errors, p95Ms }) => [count, errors, p95Ms]),
    ]),
    [
      ['orders.getOrder', [[60, 6, 9]]],
      ['orders.listOrders', [[20, 0, 29]]],
    ],
  )
  const gauges = await call(operations.listGauges, { name: 'pool' })
  assert.deepEqual(
    gauges.items.map(({ points }) => points.map(({ value }) => value)),
    [[3], [3]],
  )
})

test('a contract is told with what is new in it and what breaks others', async () => {
  const present = describe(operations)
  const was = {
    ...present,
    operations: [...present.operations.slice(1), { ...present.operations[0], name: 'listMachines' } as never],
  }
  const { call } = askFleet({ processes: [], contracts: [present], promised: [was] })
  const { items } = await call(operations.listServiceContracts, {})
  assert.deepEqual([items[0]?.changes, items[0]?.learned], [2, true])
  const { changes, operations: told } = await call(operations.getServiceContract, { name: 'operations' })
  assert.deepEqual(changes, [
    { kind: 'breaks', what: 'operations: listMachines is gone' },
    { kind: 'new', what: 'operations: listInstances is new' },
  ])
  assert.deepEqual(
    [told[0]?.path, told[0]?.access, told[0]?.status],
    ['/instances', ['staff:operations'], 200],
  )
  await assert.rejects(call(operations.getServiceContract, { name: 'x' }), (error) => is(error, notFound))
})

test('a fault reaches every instance of the service, in development only', async () => {
  const fault = { service: 'orders', kind: 'slow', percent: 100, delayMs: 5, until: 5_000 }
  const tells = { '/instance/faults': { allowed: true, items: [fault] }, 'PUT /instance/faults/orders': {} }
  const { call, asked } = askFleet({
    processes: [{ name: 'orders', tells }, { name: 'orders', tells }, cart],
  })
  const { instances } = await call(operations.injectFault, { service: 'orders', kind: 'slow' })
  assert.equal(instances, 2)
  assert.deepEqual(asked.at(-1)?.body, { kind: 'slow', percent: 100, delayMs: 2_000, seconds: 60 })
  const { items } = await call(operations.listFaults, {})
  assert.deepEqual([items.length, items[0]?.instances], [1, 2])
  await assert.rejects(call(operations.injectFault, { service: 'x', kind: 'fail' }), (error) =>
    is(error, notFound),
  )

  const closed = { name: 'orders', tells: { '/instance/faults': { allowed: false, items: [] } } }
  const production = askFleet({ processes: [closed] })
  for (const refused of [
    production.call(operations.injectFault, { service: 'orders', kind: 'crash' }),
    production.call(operations.removeFault, { service: 'orders' }),
  ])
    await assert.rejects(refused, (error) => is(error, conflict))
  assert.ok(production.asked.every(({ method = 'GET' }) => method === 'GET'))
})

test('nobody but staff with the permission is told anything', async () => {
  const guest = askFleet({ processes: [orders], actor: { kind: 'guest', id: 'guest_1' } })
  await assert.rejects(guest.call(operations.listLogs, {}), (error) => is(error, unauthenticated))
  const colleague = { kind: 'staff', id: 'staff_2', permissions: ['orders'] } as const
  const other = askFleet({ processes: [orders], actor: colleague })
  await assert.rejects(other.call(operations.listLogs, {}), (error) => is(error, forbidden))
})
