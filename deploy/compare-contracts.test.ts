import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { contracts } from '../contracts.ts'
import { breaksSince } from './compare-contracts.ts'

const then = (path: string) => readFileSync(`${import.meta.dirname}/../${path}`, 'utf8')

test('a commit keeps what it promised itself', () => {
  assert.deepEqual(breaksSince(then, contracts), [])
})

test('an operation that is gone breaks the promise and the graph, whatever the new lock says', () => {
  const without = contracts.map((contract) => ({
    ...contract,
    operations: contract.operations.filter(({ name }) => name !== 'getProduct'),
  }))
  const reasons = breaksSince(then, without)
  assert.ok(reasons.includes('catalog: getProduct is gone'))
  assert.ok(reasons.some((reason) => reason.startsWith('In the graph:')))
})

test('a service that was not there yet has promised nothing', () => {
  assert.deepEqual(
    breaksSince(() => undefined, contracts),
    [],
  )
})
