import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { createCall } from './client.ts'
import { contract, type Operation } from './contract.ts'
import { createDiscovery, type Locate } from './discovery.ts'
import { conflict, deadlineExceeded, unavailable } from './problem.ts'
import { Ignorant, Lost, type Remote } from './remote.ts'
import type { RequestInfo } from './request.ts'
import { input, Type } from './schema.ts'

const reply = { 200: Type.Object({ at: Type.String() }) }
const things = contract(
  'things',
  { version: 1, summary: 'For tests' },
  {
    read: { method: 'GET', path: '/things', access: 'anyone', summary: 'Read', reply },
    make: { method: 'POST', path: '/things', access: 'anyone', summary: 'Make', body: input({}), reply },
    hold: {
      method: 'POST',
      path: '/holds',
      access: 'anyone',
      summary: 'Hold',
      idempotent: 'by-content',
      body: input({}),
      reply,
    },
    upload: {
      method: 'POST',
      path: '/files',
      access: 'anyone',
      summary: 'Upload',
      idempotent: 'by-content',
      body: { raw: 'text/csv', maxBytes: 10 },
      reply,
    },
  },
)

const [one, two] = ['http://one', 'http://two']
const request: RequestInfo = { actor: { kind: 'anyone' }, requestId: 'req_1', deadline: Date.now() + 60_000 }

/** What each instance does with a call; where nothing is said it answers. */
let fault: Record<string, () => Error>
let asked: string[]
let live: readonly string[]

beforeEach(() => {
  fault = {}
  asked = []
  live = [one, two]
})

function connect(url: string): Remote {
  return {
    url,
    outstanding: 0,
    close: async () => {},
    send: async () => {
      asked.push(url)
      const error = fault[url]?.()
      if (error) throw error
      return { at: url }
    },
  }
}

const unreachable = (url: string) => () => new Lost(url, false, undefined)
const ignorant = (url: string) => () => new Ignorant(url, things.make)
const broken = (url: string) => () => new Lost(url, true, undefined)

function discover(locate: readonly Locate[] = [() => live]) {
  return createDiscovery({ inside: () => undefined, locate, sign: async () => '', connect }).find
}

function send(operation: Operation, about: Partial<RequestInfo> = {}, find = discover()) {
  return find('things')?.(operation, {}, { ...request, ...about })
}

const away = { code: unavailable.code, details: { service: 'things' } }

test('a service of this process is called in this process', async () => {
  const { find } = createDiscovery({
    inside: () => async () => 'inside',
    locate: [() => [one]],
    sign: async () => '',
    connect,
  })
  assert.equal(await send(things.read, {}, find), 'inside')
  assert.deepEqual(asked, [])
})

test('the first place that knows the service decides where it is', async () => {
  const find = discover([() => undefined, async () => [], async () => [two], () => [one]])
  assert.deepEqual(await send(things.read, {}, find), { at: two })
})

test('an instance that cannot be reached is avoided, whatever is asked', async () => {
  fault = { [one]: unreachable(one) }
  const find = discover()
  for (let count = 0; count < 40; count++) assert.deepEqual(await send(things.make, {}, find), { at: two })
  assert.ok(asked.filter((url) => url === one).length <= 1)
})

test('what broke off is asked again elsewhere if a repeat changes nothing', async () => {
  fault = { [one]: broken(one) }
  for (let count = 0; count < 20; count++) {
    assert.deepEqual(await send(things.read), { at: two })
    assert.deepEqual(await send(things.hold), { at: two })
    assert.deepEqual(await send(things.make, { idempotencyKey: 'k' }), { at: two })
  }
  assert.ok(asked.includes(one))
})

test('what broke off and may have changed something is not asked again', async () => {
  live = [one]
  fault = { [one]: broken(one) }
  await assert.rejects(async () => send(things.make), away)
  await assert.rejects(async () => send(things.upload), away)
  assert.equal(asked.length, 2)
})

test('a problem that the peer tells of is its answer', async () => {
  live = [one]
  fault = { [one]: () => conflict('Somebody was faster.') }
  await assert.rejects(async () => send(things.read), { code: conflict.code })
  assert.equal(asked.length, 1)
})

test('an operation that only some instances know is asked of those, whatever a repeat would do', async () => {
  live = [one, two, 'http://three']
  fault = { [one]: ignorant(one), [two]: ignorant(two) }
  const find = discover()
  for (let count = 0; count < 20; count++)
    assert.deepEqual(await send(things.make, {}, find), { at: 'http://three' })
  assert.equal(asked.filter((url) => url !== 'http://three').length <= 2, true)
})

test('an operation that no instance knows is away, and nobody is left alone for that', async () => {
  fault = { [one]: ignorant(one), [two]: ignorant(two) }
  const find = discover()
  for (let count = 0; count < 40; count++) await assert.rejects(async () => send(things.make, {}, find), away)
  await assert.rejects(async () => send(things.upload, {}, find), away)
  fault = {}
  assert.match(String(((await send(things.read, {}, find)) as { at: string }).at), /one|two/)
})

test('where nobody is, the answer is plain and at once', async () => {
  live = []
  await assert.rejects(async () => send(things.read), away)
  assert.deepEqual(asked, [])
  const call = createCall(discover([]), 'cart', request)
  await assert.rejects(call(things.read, {}), away)
})

test('a peer in trouble is left alone after a while, and asked again when that is over', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
  live = [one]
  fault = { [one]: () => deadlineExceeded('It took too long.') }
  const find = discover()
  const late = { deadline: Number.POSITIVE_INFINITY }
  for (let count = 0; count < 100; count++) {
    t.mock.timers.tick(50)
    await send(things.read, late, find)?.catch(() => {})
  }
  const before = asked.length
  assert.ok(before < 50, `${before} of 100 calls were tried`)
  await assert.rejects(async () => send(things.read, late, find), away)
  fault = {}
  t.mock.timers.tick(1_000)
  assert.deepEqual(await send(things.read, late, find), { at: one })
})
