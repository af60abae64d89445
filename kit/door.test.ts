import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createSign, createVerify } from './actor-token.ts'
import { contract, describe } from './contract.ts'
import type { Dispatch } from './dispatch.ts'
import { createDoor } from './door.ts'
import type { Health } from './health.ts'
import type { RequestInfo } from './request.ts'
import { input, Type } from './schema.ts'
import { silent } from './telemetry.ts'

const things = contract(
  'things',
  { version: 1, summary: 'For tests' },
  {
    change: {
      method: 'PATCH',
      path: '/things/:id',
      access: 'service',
      internal: true,
      summary: 'Change',
      body: input({ name: Type.String() }),
      reply: { 200: Type.Object({ id: Type.String(), name: Type.String() }) },
    },
  },
)

const secret = 's'.repeat(32)
const sign = createSign({ secret, issuer: 'cart' })
const cart = { kind: 'service', name: 'cart' } as const

let health: Health
let door: FastifyInstance
let heard: RequestInfo[]

beforeEach(() => {
  heard = []
  health = { state: 'ready', databases: [] }
  const dispatch: Dispatch = async (_, given, request) => {
    heard.push(request)
    return given
  }
  const services = [{ contract: describe(things), dispatch }]
  door = createDoor({ services, verify: createVerify({ secret }), health, version: '7', log: silent })
})

async function change(headers: Record<string, string>, payload: object = { name: 'New' }) {
  return door.inject({ method: 'PATCH', url: '/things/things/1', payload, headers })
}

const bearer = async (audience = 'things') => ({ authorization: `Bearer ${await sign(cart, audience)}` })

test('an internal operation is open to the fleet, with all that travels with a call', async () => {
  const began = Date.now()
  const reply = await change({
    ...(await bearer()),
    'x-request-id': 'req_of_the_gateway',
    'x-timeout-ms': '2500',
    'idempotency-key': 'once',
    'if-match': '"3"',
  })
  assert.deepEqual(reply.json(), { id: '1', name: 'New' })
  const [{ actor, requestId, deadline, idempotencyKey, expectedVersion }] = heard as [RequestInfo]
  assert.deepEqual(
    [actor, requestId, idempotencyKey, expectedVersion],
    [cart, 'req_of_the_gateway', 'once', 3],
  )
  assert.ok(deadline >= began + 2_500 && deadline <= Date.now() + 2_500)
})

test('which session the actor has, and on what, travels with a call, as far as it can be true', async () => {
  await change({ ...(await bearer()), 'x-session-id': 'sess_1', 'x-user-agent': 'Firefox'.padEnd(500, 'x') })
  await change({ ...(await bearer()), 'x-session-id': 'not an id' })
  assert.deepEqual(
    heard.map(({ sessionId, userAgent }) => [sessionId, userAgent?.length]),
    [
      ['sess_1', 400],
      [undefined, undefined],
    ],
  )
})

test('nobody enters without a token for this very service, and then not even the body is read', async () => {
  const strangers = [{}, { authorization: 'Basic x' }, { authorization: 'Bearer x' }, await bearer('orders')]
  for (const headers of strangers) {
    const reply = await change(headers, { name: 42 })
    assert.deepEqual([reply.statusCode, reply.json().code], [401, 'unauthenticated'])
    assert.equal(reply.headers['www-authenticate'], 'Bearer error="invalid_token"')
  }
  assert.equal(heard.length, 0)
})

test('a caller may not wait for ever, nor send what is no time', async () => {
  for (const time of ['999999999', 'soon', '-1']) await change({ ...(await bearer()), 'x-timeout-ms': time })
  for (const { deadline } of heard) assert.ok(deadline <= Date.now() + 120_000)
  assert.equal(heard.length, 3)
})

test('an operation that only a newer version knows is not taken for a thing that does not exist', async () => {
  const reply = await door.inject({ url: '/things/new-things', headers: await bearer() })
  assert.deepEqual([reply.statusCode, reply.json().code], [503, 'unavailable'])
  assert.equal(reply.headers['x-unknown-operation'], 'true')
})

test('it lives from the first moment, is ready only in between, and lets connections go as it ends', async () => {
  const states = []
  for (const state of ['starting', 'ready', 'draining'] as const) {
    health.state = state
    const [live, ready] = await Promise.all([door.inject('/health/live'), door.inject('/health/ready')])
    states.push([live.statusCode, ready.statusCode, ready.json().status, ready.headers.connection])
  }
  assert.deepEqual(states, [
    [200, 503, 'starting', 'keep-alive'],
    [200, 200, 'ready', 'keep-alive'],
    [200, 503, 'draining', 'close'],
  ])
})

test('it is not ready while its database is away', async () => {
  const database = { row: () => Promise.reject(new Error('away')) } as unknown as Health['databases'][number]
  Object.assign(health, { databases: [database] })
  const reply = await door.inject('/health/ready')
  assert.deepEqual([reply.statusCode, reply.json().status], [503, 'database-away'])
})

test('it shows its contract, internal operations included', async () => {
  const { version, services } = (await door.inject('/contract')).json()
  assert.equal(version, '7')
  assert.equal(services[0].operations[0].path, '/things/:id')
  assert.match(services[0].hash, /^[\w-]{16}$/)
})
