import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { is, problem, receivedProblem } from './problem.ts'

test('a problem that is sent is received as the same, with all that it carries', () => {
  const soldOut = problem('sold-out', 409, 'Sold out', { left: Type.Integer() })
  const sent = JSON.parse(JSON.stringify(soldOut('Only 2 are left.', { left: 2 })))
  const received = receivedProblem({ ...sent, requestId: 'req_1' })
  assert.ok(is(received, soldOut))
  assert.deepEqual(
    [received.status, received.title, received.message, received.details],
    [409, 'Sold out', 'Only 2 are left.', { left: 2 }],
  )
})

test('a problem that a contract lists is written as what is known of it', () => {
  const soldOut = problem('sold-out', 409, 'Sold out', { left: Type.Integer() })
  const [written] = JSON.parse(JSON.stringify([soldOut]))
  assert.deepEqual(written, {
    code: 'sold-out',
    status: 409,
    title: 'Sold out',
    schema: { type: 'object', required: ['left'], properties: { left: { type: 'integer' } } },
  })
})

test('a problem cannot be declared with a field that would hide its code, status or words', () => {
  for (const name of ['type', 'title', 'status', 'code', 'detail', 'instance', 'requestId']) {
    assert.throws(
      () => problem('sold-out', 409, 'Sold out', { [name]: Type.String() }),
      /may not have a field/,
    )
  }
})

test('what is no problem is received as none', () => {
  for (const body of [undefined, null, 'no', {}, { code: 'x', status: '409', detail: 'y' }])
    assert.equal(receivedProblem(body), undefined)
})
