import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Rule, take, type Verdict } from './rule.ts'

const rules = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 120 }))
  .map(([quota, windowSeconds]): Rule => ({ name: 'test', quota, windowSeconds }))

/** Takes at each of these times, in milliseconds after one another. */
function takeAll(rule: Rule, pausesMs: readonly number[]) {
  let now = 0
  let fullAt: number | undefined
  return pausesMs.map((pauseMs) => {
    now += pauseMs
    const taken = take(fullAt, rule, now)
    fullAt = taken.fullAt
    return { now, fullAt, ...taken.verdict }
  })
}

test('a full bucket gives its whole quota at once, and then no more', () => {
  const rule = { name: 'test', quota: 3, windowSeconds: 60 }
  const taken = takeAll(rule, [0, 0, 0, 0])
  assert.deepEqual(
    taken.map(({ allowed, remaining }) => [allowed, remaining]),
    [
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ],
  )
  assert.ok(Math.abs((taken[3]?.waitMs ?? 0) - 20_000) < 1)
})

test('within any time no more is allowed than the quota and what came back', () => {
  fc.assert(
    fc.property(rules, fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 800 }), (rule, pauses) => {
      const times = takeAll(rule, pauses).flatMap(({ allowed, now }) => (allowed ? [now] : []))
      const eachMs = (rule.windowSeconds * 1_000) / rule.quota
      for (const [index, from] of times.entries())
        for (const [more, to] of times.slice(index).entries())
          assert.ok(more + 1 <= rule.quota + (to - from) / eachMs + 0.5)
    }),
    { numRuns: 50 },
  )
})

test('whoever waits as long as was told is let in, and whoever does not is not', () => {
  fc.assert(
    fc.property(
      rules,
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 600 }),
      (rule, pauses) => {
        const last = takeAll(rule, pauses).at(-1)
        if (!last || last.waitMs === 0) return
        assert.ok(take(last.fullAt, rule, last.now + last.waitMs + 0.001).verdict.allowed)
        // A hundredth of one request is rounding.
        const tooEarlyMs = last.waitMs - (0.02 * rule.windowSeconds * 1_000) / rule.quota
        if (tooEarlyMs > 0) assert.ok(!take(last.fullAt, rule, last.now + tooEarlyMs).verdict.allowed)
      },
    ),
  )
})

test('what is told to be left is left', () => {
  fc.assert(
    fc.property(
      rules,
      fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 300 }),
      (rule, pauses) => {
        const last = takeAll(rule, pauses).at(-1)
        if (!last) return
        let { fullAt } = last
        const more: Verdict[] = []
        for (let count = 0; count <= last.remaining; count++) {
          const taken = take(fullAt, rule, last.now)
          fullAt = taken.fullAt
          more.push(taken.verdict)
        }
        assert.deepEqual(more.filter(({ allowed }) => allowed).length, last.remaining)
      },
    ),
  )
})
