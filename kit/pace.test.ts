import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepPace } from './pace.ts'

test('the first begins at once, the next one waits for its turn', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const pace = keepPace(60_000)
  await pace.next()
  let begun = false
  const second = pace.next().then(() => {
    begun = true
  })
  mock.timers.tick(59_000)
  await Promise.resolve()
  assert.equal(begun, false)
  mock.timers.tick(1_000)
  await second
})

test('who waits is let go at the end, and nobody waits after it', async () => {
  const pace = keepPace(3_600_000)
  await pace.next()
  const second = pace.next()
  pace.end()
  await second
  await pace.next()
})
