import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contractHash } from '@rialto/kit/contract-hash'
import { readContract } from '@rialto/kit/read-contract'
import { breaksOf, isAccepted } from './contract-locks.ts'
import { contracts } from './contracts.ts'

test('no contract breaks what was promised under its version', () => {
  assert.deepEqual(contracts.flatMap(breaksOf), [])
})

test('it is noticed when any operation or event of any service goes missing', () => {
  for (const contract of contracts) {
    for (const missing of contract.operations) {
      const operations = contract.operations.filter((operation) => operation !== missing)
      assert.deepEqual(breaksOf({ ...contract, operations }), [`${contract.name}: ${missing.name} is gone`])
    }
    for (const missing of contract.events) {
      const events = contract.events.filter((event) => event !== missing)
      assert.match(
        breaksOf({ ...contract, events }).join(),
        new RegExp(`${missing.name} .* is not said any more`),
      )
    }
  }
})

test('what every contract promises is written down: npm run contracts -- accept', () => {
  const open = contracts.filter((contract) => !isAccepted(contract))
  assert.deepEqual(
    open.map(({ name }) => name),
    [],
  )
})

test('a webhook can be told of every event that any service says', async () => {
  const { default: webhooks } = await import('@rialto/webhooks')
  const heard = new Set(webhooks.hears.map(({ event }) => event))
  const unheard = contracts.flatMap(({ events }) => events).filter((event) => !heard.has(event))
  assert.deepEqual(
    unheard.map(({ name }) => name),
    [],
  )
})

test('every contract can be sent to a process that has never heard of it', () => {
  for (const contract of contracts) {
    const read = readContract(JSON.parse(JSON.stringify(contract)))
    assert.equal(contractHash(read), contractHash(contract), contract.name)
  }
})
