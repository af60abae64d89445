import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTogether } from './read-together.ts'

test('who reads at the same time shares a statement, and gets what it asked for', async () => {
  const statements: string[][] = []
  const read = readTogether(
    async (ids) => {
      statements.push([...ids])
      return ids.filter((id) => id !== 'gone').map((id) => ({ id }))
    },
    ({ id }) => id,
  )
  const answers = await Promise.all([read(['b', 'a']), read(['a', 'gone']), read([])])
  assert.deepEqual(answers, [[{ id: 'b' }, { id: 'a' }], [{ id: 'a' }], []])
  await read([])
  assert.deepEqual(statements, [['b', 'a', 'gone']])
})
