import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Ask, fared } from './ask-prometheus.ts'
import { judge } from './judge.ts'
import { type Fared, verdictOn } from './verdict.ts'

const promised = { failed: 0.001, p99Seconds: 1, leastRequests: 100 }
const well: Fared = { requests: 5_000, failed: 0, p99Seconds: 0.2 }
const verdict = (canary: Partial<Fared>, others: Partial<Fared> = {}) =>
  verdictOn({ ...well, ...canary }, { ...well, ...others }, promised)

test('a canary that keeps what is promised is kept', () => {
  assert.equal(verdict({}).says, 'keep')
  assert.equal(verdict({ failed: 0.0009, p99Seconds: 0.99 }).says, 'keep')
})

test('a canary that fails, or is slow, goes back with the reason', () => {
  const failing = verdict({ failed: 0.02 })
  assert.equal(failing.says, 'back')
  assert.match(failing.because, /2\.00 % of its requests fail, of the others' 0\.00 %/)
  const slow = verdict({ p99Seconds: 3 })
  assert.equal(slow.says, 'back')
  assert.match(slow.because, /its p99 is 3\.00 s/)
})

test('what all suffer from is not the fault of the canary', () => {
  assert.equal(verdict({ failed: 0.05 }, { failed: 0.04 }).says, 'keep')
  assert.equal(verdict({ p99Seconds: 4 }, { p99Seconds: 3.5 }).says, 'keep')
})

test('a few requests tell nothing', () => {
  assert.equal(verdict({ requests: 99, failed: 1 }).says, 'wait')
})

const watch = (ask: Ask) => {
  const said: string[] = []
  const tell = (line: string) => said.push(line)
  const watched = judge({ ask, service: 'orders', minutes: 10, promised, tell, pause: async () => {} })
  return watched.then((verdict) => ({ ...verdict, looks: said.length }))
}

/** Prometheus with these numbers for the canary; the others fare well. */
const telling = (numbers: () => { requests: number; failed: number; p99: number }): Ask => {
  return async (query) => {
    const { requests, failed, p99 } = query.includes('canary')
      ? numbers()
      : { requests: 9_000, failed: 0, p99: 0.2 }
    if (query.startsWith('histogram_quantile')) return p99
    return query.includes('failed') ? failed : requests
  }
}

test('a good canary is watched to the end, and then kept', async () => {
  const verdict = await watch(telling(() => ({ requests: 800, failed: 0, p99: 0.3 })))
  assert.equal(verdict.says, 'keep')
  assert.equal(verdict.looks, 20)
})

test('a canary that turns bad goes back at once', async () => {
  let looks = 0
  const verdict = await watch(telling(() => ({ requests: 800, failed: ++looks > 9 ? 40 : 0, p99: 0.3 })))
  assert.equal(verdict.says, 'back')
  assert.equal(verdict.looks, 4)
})

test('a canary that nobody asks anything is not kept', async () => {
  assert.equal((await watch(async () => undefined)).says, 'back')
})

test('a canary that nobody can see goes back, but one silence is forgiven', async () => {
  const silent = await watch(() => Promise.reject(new Error('refused')))
  assert.deepEqual([silent.says, silent.looks], ['back', 3])
  let asked = 0
  const ask = telling(() => ({ requests: 800, failed: 0, p99: 0.3 }))
  const forgiven = await watch((query) => (++asked === 1 ? Promise.reject(new Error('refused')) : ask(query)))
  assert.equal(forgiven.says, 'keep')
})

test('Prometheus is asked for the canary’s own requests; the gateway counts by status', async () => {
  const queries: string[] = []
  const ask: Ask = async (query) => {
    queries.push(query)
    return 10
  }
  await fared(ask, 'orders', 'canary', 5)
  assert.ok(queries.every((query) => query.includes('service="orders",rialto_track="canary"')))
  queries.length = 0
  await fared(ask, 'gateway', 'stable', 5)
  assert.ok(queries.some((query) => query.includes('rialto_track="stable",status="5xx"')))
})
