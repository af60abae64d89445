import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupCommit } from './group-commit.ts'
import { is, unavailable } from './problem.ts'

test('requests that come at once, or while a batch is at work, share the next one', async () => {
  const batches: number[] = []
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const double = groupCommit<number, number>(async (items) => {
    batches.push(items.length)
    await gate
    return items.map((item) => item * 2)
  })
  const answers = Array.from({ length: 100 }, (_, index) => double(index))
  open()
  assert.deepEqual(
    await Promise.all(answers),
    answers.map((_, index) => index * 2),
  )
  assert.deepEqual(batches, [64, 36])
})

test('one request that fails does not fail those that shared its batch', async () => {
  const half = groupCommit<number, number>(async (items) => {
    if (items.includes(13)) throw new Error('unlucky')
    return items
  })
  const results = await Promise.allSettled([7, 12, 13, 14].map((item) => half(item)))
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  )
})

test('a database that is away is told to all without another try', async () => {
  let runs = 0
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const ask = groupCommit<number, number>(async () => {
    runs++
    await gate
    throw unavailable('away', {})
  })
  const answers = Promise.allSettled([1, 2, 3].map((item) => ask(item)))
  open()
  assert.ok((await answers).every((result) => result.status === 'rejected' && is(result.reason, unavailable)))
  assert.equal(runs, 1)
})

test('more than may wait are turned away at once', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const ask = groupCommit<number, number>(
    async (items) => {
      await gate
      return items
    },
    { batch: 2, waiting: 2 },
  )
  const served = [1, 2].map((item) => ask(item))
  await assert.rejects(ask(4), (error) => is(error, unavailable))
  open()
  assert.deepEqual(await Promise.all(served), [1, 2])
})

test('requests of the same key never share a batch', async () => {
  const batches: string[][] = []
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const ask = groupCommit<string, string>(
    async (items) => {
      batches.push([...items])
      await gate
      return items
    },
    { keyOf: (item) => item.slice(0, 1) },
  )
  const answers = ['a1', 'a2', 'b1', 'a3', 'b2'].map((item) => ask(item))
  open()
  assert.deepEqual(await Promise.all(answers), ['a1', 'a2', 'b1', 'a3', 'b2'])
  assert.deepEqual(batches, [['a1', 'b1'], ['a2', 'b2'], ['a3']])
})
