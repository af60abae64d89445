import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepCounts } from './kept-counts.ts'

function counter(tookMs: number) {
  const clock = { now: 0 }
  let counted = 0
  const counts = keepCounts(
    async () => {
      clock.now += tookMs
      return ++counted
    },
    { now: () => clock.now },
  )
  return { clock, counts }
}

test('a small shop is counted for whoever asks', async () => {
  const { counts } = counter(3)
  assert.deepEqual([await counts(), await counts()], [1, 2])
})

test('a large shop is counted now and then, and nobody but the first waits for it', async () => {
  const { clock, counts } = counter(3_000)
  assert.equal(await counts(), 1)
  clock.now += 59_000
  assert.equal(await counts(), 1)
  clock.now += 2_000
  assert.equal(await counts(), 1)
  assert.equal(await counts(), 2)
})

test('those who ask at the same time share one count', async () => {
  const { counts } = counter(3_000)
  assert.deepEqual(await Promise.all([counts(), counts()]), [1, 1])
})

test('a count that fails is told to whoever waits for it, and tried again', async () => {
  let fails = true
  const counts = keepCounts(async () => {
    if (fails) throw new Error('away')
    return 7
  })
  await assert.rejects(counts(), /away/)
  fails = false
  assert.equal(await counts(), 7)
})
