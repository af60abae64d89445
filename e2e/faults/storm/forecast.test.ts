import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instanceKilled, others } from './faults.ts'
import { forecast } from './forecast.ts'

const steady = { name: instanceKilled.name, everyMs: 2_000 }
const minutes = (count: number, seed = 7) =>
  forecast({ seed, lengthMs: count * 60_000, steady, kinds: others })

test('a seed gives one storm, and another seed another one', () => {
  assert.deepEqual(minutes(5), minutes(5))
  assert.notDeepEqual(minutes(5), minutes(5, 8))
})

test('a storm of any length is over when its time is over', () => {
  for (const { atMs, lastsMs } of minutes(0.5)) assert.ok(atMs + lastsMs <= 30_000)
})

test('in the long run each fault strikes about as often as any other', () => {
  const strikes = Map.groupBy(minutes(60), ({ name }) => name)
  const counts = others.map(({ name }) => strikes.get(name)?.length ?? 0)
  assert.ok(Math.min(...counts) > 0.8 * Math.max(...counts), counts.join(' '))
})

test('what was struck has time to stand up before it is struck in the same way again', () => {
  const families = new Map(others.map(({ name, family }) => [name, family]))
  const last = new Map<string, number>()
  for (const { name, atMs } of minutes(60)) {
    const family = families.get(name)
    if (!family) continue
    const before = last.get(family.name) ?? Number.NEGATIVE_INFINITY
    assert.ok(atMs - before >= family.restMs, `${name} after ${atMs - before} ms`)
    last.set(family.name, atMs)
  }
})

test('some faults overlap', () => {
  const lasting = minutes(5).filter(({ lastsMs }) => lastsMs > 0)
  const overlapping = lasting.filter(
    ({ atMs }, index) => index > 0 && atMs < ends(lasting[index - 1] ?? { atMs: 0, lastsMs: 0 }),
  )
  assert.ok(overlapping.length > 10, String(overlapping.length))
})

function ends({ atMs, lastsMs }: { atMs: number; lastsMs: number }): number {
  return atMs + lastsMs
}
