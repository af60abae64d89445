import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { calm, isAdmitted, type Mood, nextMood, type Priority, priorities } from './rush.ts'

const bearable = 64
const rush: Mood = { name: 'rush' }
const idle = { underWay: 0, buying: 0, lateMs: 0 }
const strained = { underWay: 5_000, buying: 0, lateMs: 5_000 }

let at = 0

/** The mood after so many milliseconds of the same load, with a look each 100. */
function after(ms: number, load: typeof idle, mood: Mood = calm): Mood {
  for (const end = at + ms; at < end; at += 100) mood = nextMood(mood, { ...load, at }, bearable)
  return mood
}

const loads = [
  ['an idle shop', idle, 'calm'],
  ['a busy shop', { underWay: 96, buying: 0, lateMs: 90 }, 'calm'],
  ['a bank that is slow', { underWay: 20, buying: 900, lateMs: 5 }, 'calm'],
  ['more than it can bear', { underWay: 97, buying: 0, lateMs: 0 }, 'rush'],
  ['a process that comes late with everything', { underWay: 5, buying: 0, lateMs: 101 }, 'rush'],
] as const
for (const [what, load, mood] of loads) {
  test(`${what} is ${mood === 'rush' ? 'a rush' : 'no rush'}`, () =>
    assert.equal(after(100_000, load).name, mood))
}

test('a moment is no rush, and a moment of ease does not end one', () => {
  assert.equal(after(500, strained).name, 'calm')
  assert.equal(after(500, strained, after(100, idle, after(500, strained))).name, 'calm')
  const begun = after(600, strained)
  assert.equal(begun.name, 'rush')
  assert.equal(after(2_000, idle, begun).name, 'rush')
  assert.equal(after(2_000, idle, after(100, strained, after(2_000, idle, begun))).name, 'rush')
  assert.equal(after(2_100, idle, begun).name, 'calm')
})

test('one pause of the whole process is no rush; one that keeps pausing is, after as few looks', () => {
  const late = { ...idle, lateMs: 3_000 }
  const paused = nextMood(calm, { ...late, at: 3_000 }, bearable)
  assert.equal(after(5_000, idle, paused).name, 'calm')
  assert.equal(nextMood(paused, { ...late, at: 6_000 }, bearable).name, 'rush')
})

test('what holds a rush down does not end it', () => {
  // As much as is admitted of those who enter; were it the end, all that waits outside would come in at once.
  assert.equal(after(100_000, { ...idle, underWay: bearable / 2 }, rush).name, 'rush')
})

const table: readonly (readonly [number, readonly Priority[]])[] = [
  [0, priorities],
  [8, ['browsing', 'entering', 'owning', 'shopping', 'buying']],
  [16, ['entering', 'owning', 'shopping', 'buying']],
  [32, ['owning', 'shopping', 'buying']],
  [48, ['shopping', 'buying']],
  [96, ['buying']],
]
for (const [underWay, admitted] of table) {
  test(`in a rush with ${underWay} under way it is the turn of ${admitted.join(', ')}`, () => {
    const letIn = priorities.filter((priority) =>
      isAdmitted(priority, { underWay, buying: underWay }, rush, bearable),
    )
    assert.deepEqual(letIn, admitted)
  })
}

test('whatever the load, what is more urgent is never turned away before what is less', () => {
  const counts = fc.integer({ min: 0, max: 3_000 })
  fc.assert(
    fc.property(counts, fc.integer({ min: 4, max: 500 }), fc.boolean(), (underWay, bearable, isRush) => {
      const answers = priorities.map((priority) =>
        isAdmitted(priority, { underWay, buying: underWay }, isRush ? rush : calm, bearable),
      )
      assert.deepEqual(answers, answers.toSorted())
    }),
  )
})

test('a calm shop turns nobody away before it holds sixteen times what is bearable', () => {
  for (const priority of priorities) {
    assert.ok(isAdmitted(priority, { underWay: 1_023, buying: 1_023 }, calm, bearable))
    assert.ok(!isAdmitted(priority, { underWay: 1_024, buying: 1_024 }, calm, bearable))
  }
})

test('from whatever happened before, an idle shop becomes calm and stays so', () => {
  const load = fc.record({
    underWay: fc.integer({ min: 0, max: 2_000 }),
    buying: fc.integer({ min: 0, max: 2_000 }),
    lateMs: fc.integer({ min: 0, max: 2_000 }),
  })
  fc.assert(
    fc.property(fc.array(load, { maxLength: 200 }), (past) => {
      const mood = past.reduce<Mood>((before, seen) => after(100, seen, before), calm)
      assert.deepEqual(after(2_100, idle, mood), calm)
    }),
  )
})
