import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ageLimitMs, nextTry, retryAfterMs, triesLimit } from './retry.ts'

const at = new Date('2026-03-01T10:00:00Z')
const minute = 60_000

/** The waits of a delivery that is never taken, in seconds. */
function waits(random: number, retryAfter = 0): number[] {
  const found: number[] = []
  let now = at
  for (let tries = 1; ; tries++) {
    const next = nextTry({ tries, queuedAt: at, retryAfterMs: retryAfter }, now, random)
    if (!next) return found
    found.push((next.getTime() - now.getTime()) / 1_000)
    now = next
  }
}

test('pauses grow from seconds to hours, and end within three days', () => {
  assert.deepEqual(waits(0), [5, 30, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 68_400, 72_000])
  assert.equal(waits(0).length, triesLimit - 1)
})

test('whatever chance says, each pause is longer than the one before, and all end within three days', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
      const found = waits(random)
      assert.ok(found.every((wait, index) => wait > (found[index - 1] ?? 0)))
      const together = found.reduce((sum, wait) => sum + wait, 0) * 1_000
      assert.ok(together < ageLimitMs && together > 0.75 * ageLimitMs, String(together))
    }),
  )
})

test('a receiver that asks for time gets it, up to an hour', () => {
  const next = (retryAfter: number) =>
    (nextTry({ tries: 1, queuedAt: at, retryAfterMs: retryAfter }, at, 0)?.getTime() ?? 0) - at.getTime()
  assert.deepEqual([next(1_000), next(10 * minute), next(600 * minute)], [5_000, 10 * minute, 60 * minute])
})

test('what has waited for three days is given up, however seldom it was tried', () => {
  const late = new Date(at.getTime() + ageLimitMs)
  assert.equal(nextTry({ tries: 2, queuedAt: at }, late, 0), undefined)
  assert.ok(nextTry({ tries: 2, queuedAt: at }, new Date(late.getTime() - 1), 0))
})

test('Retry-After is read as seconds or as a date', () => {
  const cases: [string | undefined, number][] = [
    [undefined, 0],
    ['120', 120_000],
    ['Sun, 01 Mar 2026 10:02:00 GMT', 120_000],
    ['Sun, 01 Mar 2026 09:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
  ]
  for (const [header, expected] of cases) assert.equal(retryAfterMs(header, at), expected, String(header))
})
