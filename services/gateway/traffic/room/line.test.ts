import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  advance,
  ahead,
  emptyLine,
  enter,
  type Line,
  positionOf,
  type Room,
  shuffled,
  waitMs,
} from './line.ts'

const secret = 'a secret'
const room: Room = {
  id: 'room_1',
  waitsFrom: 0,
  opensAt: 600_000,
  endsAt: 9e9,
  perMinute: 60,
  passMs: 60_000,
}

/** Comings and looks, each so long after the one before. */
const story = fc.record({
  perMinute: fc.integer({ min: 1, max: 100_000 }),
  steps: fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 90_000 }), enters: fc.boolean() }), {
    minLength: 1,
    maxLength: 100,
  }),
})
type Story = typeof story extends fc.Arbitrary<infer Told> ? Told : never

/** Who stood where after each step. */
function live({ perMinute, steps }: Story) {
  const here = { ...room, perMinute }
  let line: Line = emptyLine
  let now = 0
  const numbers: number[] = []
  const moments: { readonly now: number; readonly line: Line }[] = []
  for (const { afterMs, enters } of steps) {
    now += afterMs
    if (enters) {
      const entered = enter(line, here, now)
      line = entered.line
      numbers.push(entered.number)
    } else line = advance(line, here, now)
    moments.push({ now, line })
  }
  return { here, numbers, moments }
}

const isIn = (number: number, line: Line, here: Room) => ahead(number, line, here, secret) === 0

test('each who enters has a place of their own, and no two have one position', () => {
  fc.assert(
    fc.property(story, (told) => {
      const { numbers, moments } = live(told)
      const { line } = moments.at(-1) as { line: Line }
      const positions = numbers.map((number) => positionOf(number, line, secret))
      assert.deepEqual(
        positions.toSorted((a, b) => a - b),
        numbers,
      )
    }),
  )
})

test('never are more let in than is said, in whatever time one looks at', () => {
  fc.assert(
    fc.property(story, (told) => {
      const { here, numbers, moments } = live(told)
      for (const [index, from] of moments.entries()) {
        for (const to of moments.slice(index)) {
          const before = numbers.filter((number) => isIn(number, from.line, here)).length
          const after = numbers.filter((number) => isIn(number, to.line, here)).length
          assert.ok(after - before <= ((to.now - from.now) * here.perMinute) / 60_000 + 1)
        }
      }
    }),
    { numRuns: 50 },
  )
})

test('nobody is let in before it opens, and nobody who was let in is put back', () => {
  fc.assert(
    fc.property(story, (told) => {
      const { here, numbers, moments } = live(told)
      const inside = new Set<number>()
      for (const { now, line } of moments) {
        for (const number of numbers) {
          if (isIn(number, line, here)) inside.add(number)
          else assert.ok(!inside.has(number))
        }
        if (now < here.opensAt) assert.equal(inside.size, 0)
      }
    }),
  )
})

test('whoever comes after the opening is let in after all who came before', () => {
  fc.assert(
    fc.property(story, (told) => {
      const { numbers, moments } = live(told)
      const { line } = moments.at(-1) as { line: Line }
      for (const late of numbers.filter((number) => number > line.early))
        for (const earlier of numbers.filter((number) => number < late))
          assert.ok(positionOf(earlier, line, secret) < positionOf(late, line, secret))
    }),
  )
})

test('the shuffle gives everybody the same chance', () => {
  const size = 10
  const first = Array.from({ length: size }, () => 0)
  for (let sale = 0; sale < 2_000; sale++) {
    const winner = Array.from({ length: size }, (_, index) => shuffled(index, size, `sale ${sale}`)).indexOf(
      0,
    )
    first[winner] = (first[winner] ?? 0) + 1
  }
  // 200 each on average. The sales are the same in every run.
  assert.ok(Math.min(...first) > 150 && Math.max(...first) < 250, first.join())
})

test('who waits alone is let in at once, and how long it takes is told', () => {
  const line = advance(emptyLine, room, room.opensAt + 60_000)
  const entered = enter(line, room, room.opensAt + 60_000)
  assert.equal(ahead(entered.number, entered.line, room, secret), 0)
  assert.equal(waitMs(30, room), 30_000)
})
