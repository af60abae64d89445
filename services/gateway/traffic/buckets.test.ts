import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localBuckets } from './buckets.ts'

const rule = { name: 'reads', quota: 2, windowSeconds: 60 }

test('everybody and every kind has a bucket of its own', () => {
  const buckets = localBuckets(() => 0)
  for (const [kind, whose] of [
    [rule, 'one'],
    [rule, 'other'],
    [{ ...rule, name: 'writes' }, 'one'],
  ] as const) {
    assert.deepEqual(
      [1, 2, 3].map(() => buckets.take(kind, whose).allowed),
      [true, true, false],
    )
  }
})

test('a million visitors take no more memory than is given', () => {
  const buckets = localBuckets(() => 0, 1_000)
  for (let visitor = 0; visitor < 1_000_000; visitor++) buckets.take(rule, `visitor-${visitor}`)
  assert.equal(buckets.size, 1_000)
})

test('whoever keeps coming is not forgotten for those who come once', () => {
  const buckets = localBuckets(() => 0, 100)
  const answers = [buckets.take(rule, 'steady'), buckets.take(rule, 'steady')]
  for (let visitor = 0; visitor < 1_000; visitor++) {
    buckets.take(rule, `visitor-${visitor}`)
    if (visitor % 50 === 0) answers.push(buckets.take(rule, 'steady'))
  }
  assert.equal(answers.filter(({ allowed }) => allowed).length, 2)
})
