import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fastify from 'fastify'
import { createSign, createVerify } from './actor-token.ts'
import { answerProblems } from './http.ts'
import { ratesSince } from './rates.ts'
import { addRecent, keepLine, keepRecent, recent, recentAudience } from './recent.ts'
import { silent } from './telemetry.ts'
import { beginTrace, sampleTraces } from './trace.ts'

const secret = 's'.repeat(32)
const sign = createSign({ secret, issuer: 'gateway' })
const app = fastify()
let forget: () => void

before(() => {
  sampleTraces(1)
  forget = keepRecent()
  answerProblems(app, silent)
  addRecent(app, createVerify({ secret }))
})
after(async () => {
  forget()
  sampleTraces(undefined)
  await app.close()
})

function say(name: string, service = 'orders'): void {
  beginTrace(() => ({ name, kind: 'server', service }))?.end()
}

test('the last spans are kept, the newest first, and older ones let go', () => {
  for (let number = 0; number < 5_010; number++) say(`span ${number}`)
  const kept = recent.spans({ limit: 10_000 })
  assert.equal(kept.length, 5_000)
  assert.equal(kept[0]?.name, 'span 5009')
  assert.equal(kept.at(-1)?.name, 'span 10')
})

test('spans are found by their trace, service, name and time', () => {
  say('checkout', 'cart')
  const [found] = recent.spans({ service: 'cart' })
  assert.equal(found?.name, 'checkout')
  assert.deepEqual(recent.spans({ traceId: found?.traceId }), [found])
  assert.deepEqual(recent.spans({ text: 'heckou', limit: 1 }), [found])
  assert.deepEqual(recent.spans({ service: 'cart', minMs: 1e9 }), [])
})

test('lines of the log are followed from where one stopped reading', () => {
  const line = (msg: string, level = 30) =>
    keepLine(JSON.stringify({ level, time: '2026-01-01T00:00:00.000Z', service: 'cart', msg, count: 1 }))
  line('one')
  line('two', 50)
  const first = recent.logs({ limit: 1 })
  assert.deepEqual(first.logs[0], {
    at: '2026-01-01T00:00:00.000Z',
    level: 'info',
    service: 'cart',
    message: 'one',
    fields: { count: 1 },
  })
  assert.deepEqual(
    recent.logs({ after: first.next, limit: 10 }).logs.map(({ message }) => message),
    ['two'],
  )
  assert.deepEqual(
    recent.logs({ level: 'warn', limit: 10 }).logs.map(({ message }) => message),
    ['two'],
  )
  for (let number = 0; number < 3_000; number++) line(`line ${number}`)
  const rest = recent.logs({ after: first.next, limit: 5_000 })
  assert.equal(rest.logs.length, 2_000)
  assert.equal(rest.next, 3_002)
  assert.deepEqual(recent.logs({ after: rest.next, limit: 10 }).logs, [])
})

test('how operations fared is told for what was new', () => {
  const bounds = [0.1, 0.2]
  const before = new Map([['orders.checkout', { bounds, counts: [5, 0, 0], errors: 1 }]])
  const now = new Map([
    ['orders.checkout', { bounds, counts: [15, 0, 10], errors: 3 }],
    ['cart.getCart', { bounds, counts: [0, 0, 0], errors: 0 }],
  ])
  assert.deepEqual(ratesSince(before, now, 'now'), [
    { operation: 'orders.checkout', at: 'now', count: 20, errors: 2, p50Ms: 100, p95Ms: 200, p99Ms: 200 },
  ])
})

test('only the fleet is told', async () => {
  const ask = async (token?: string) =>
    app.inject({ url: '/recent/logs?limit=2', headers: token ? { authorization: `Bearer ${token}` } : {} })
  assert.equal((await ask()).statusCode, 401)
  assert.equal((await ask(await sign({ kind: 'service', name: 'gateway' }, 'orders'))).statusCode, 401)
  const staff = { kind: 'staff', id: 'usr_1', permissions: ['operations'] } as const
  assert.equal((await ask(await sign(staff, recentAudience))).statusCode, 403)
  const told = await ask(await sign({ kind: 'service', name: 'gateway' }, recentAudience))
  assert.equal(told.statusCode, 200)
  assert.equal(told.json().logs.length, 2)
})
