import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unavailable } from './problem.ts'
import { guardPeer } from './resilience.ts'

test('a hundred retries may come at once, then one for each five calls', async () => {
  const { run, takeRetry } = guardPeer('orders', () => false)
  const taken = () => Array.from({ length: 200 }, takeRetry).filter(Boolean).length
  assert.equal(taken(), 100)
  for (let count = 0; count < 50; count++) await run(async () => {})
  assert.equal(taken(), 10)
})

test('so many calls at once run, so many wait, and the rest is told so', async () => {
  const { run } = guardPeer('orders', () => false)
  const { promise, resolve } = Promise.withResolvers<void>()
  let running = 0
  const calls = Array.from({ length: 256 + 1_024 + 5 }, () =>
    run(() => {
      running++
      return promise
    }),
  )
  const settled = Promise.allSettled(calls)
  await Promise.any(calls.slice(-5).map((call) => call.catch(() => {})))
  assert.equal(running, 256)
  resolve()
  const refused = (await settled).flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  assert.equal(refused.length, 5)
  for (const { code, details } of refused)
    assert.deepEqual([code, details], [unavailable.code, { service: 'orders' }])
})
