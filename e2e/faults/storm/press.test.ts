import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiProblem } from '@rialto/sdk'
import { press } from './press.ts'

const problem = (status: number, code: string) => new ApiProblem(status, { code })

/** A shop that answers with each of these in turn, and notes under which keys it was asked. */
function shop(...answers: readonly unknown[]) {
  const keys: string[] = []
  const send = async (key: string) => {
    const answer = answers[keys.length]
    keys.push(key)
    if (answer instanceof Error) throw answer
    return answer
  }
  return { send, keys }
}

const patienceMs = 60_000

test('one press has one key, however often it has to be sent', async () => {
  const { send, keys } = shop(
    new TypeError('fetch failed'),
    new DOMException('too late', 'TimeoutError'),
    problem(503, 'unavailable'),
    problem(429, 'too-many-requests'),
    problem(409, 'request-in-progress'),
    'bought',
  )
  const pressed = await press(send, { patienceMs })
  assert.equal(pressed.kind === 'answered' && pressed.answer, 'bought')
  assert.equal(keys.length, 6)
  assert.equal(new Set(keys).size, 1)
})

test('two presses have two keys', async () => {
  const { send, keys } = shop('bought', 'bought')
  await press(send, { patienceMs })
  await press(send, { patienceMs })
  assert.equal(new Set(keys).size, 2)
})

test('a refusal that stays is an answer', async () => {
  const { send, keys } = shop(problem(402, 'payment-declined'), 'bought')
  const pressed = await press(send, { patienceMs })
  assert.equal(pressed.kind === 'refused' && pressed.problem.code, 'payment-declined')
  assert.equal(keys.length, 1)
})

test('who has no patience left has no answer', async () => {
  const pressed = await press(() => Promise.reject(problem(503, 'unavailable')), { patienceMs: 100 })
  assert.match(pressed.kind === 'unanswered' ? pressed.last : '', /^503 unavailable/)
})

test('a mistake of the presser is not taken for the shop’s', async () => {
  const { send } = shop(new RangeError('a bug'))
  await assert.rejects(press(send, { patienceMs }), /a bug/)
})
