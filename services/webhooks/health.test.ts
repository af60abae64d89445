import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterFailure, type Health, isHopeless, well } from './health.ts'

const begin = Date.parse('2026-03-01T10:00:00Z')
const day = 86_400_000

/** Fails as often, each time when the pause before is over. */
function failed(times: number): Health {
  let health = well
  for (let n = 0; n < times; n++) health = afterFailure(health, health.pausedUntil ?? new Date(begin))
  return health
}

test('a webhook is paused from its fifth failure in a row on, each time twice as long, up to an hour', () => {
  const pauses = Array.from({ length: 14 }, (_, n) => {
    const [before, after] = [failed(n), failed(n + 1)]
    const since = before.pausedUntil?.getTime() ?? begin
    return after.pausedUntil ? (after.pausedUntil.getTime() - since) / 1_000 : 0
  })
  assert.deepEqual(pauses, [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600])
})

test('what was under way when a pause began does not make it longer', () => {
  const paused = failed(5)
  const again = afterFailure(paused, new Date(begin + 1_000))
  assert.deepEqual([again.failures, again.pauses, again.pausedUntil], [6, 1, paused.pausedUntil])
})

test('only who took nothing for five days, though often tried, is given up', () => {
  const since = new Date(begin)
  const after = (days: number, failures: number) =>
    isHopeless({ failures, failingSince: since, pauses: 1 }, new Date(begin + days * day))
  assert.deepEqual([after(5, 20), after(4.9, 500), after(30, 19)], [true, false, false])
  assert.equal(isHopeless(well, new Date(begin + 30 * day)), false)
})
