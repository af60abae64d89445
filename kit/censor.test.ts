import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { censored } from './censor.ts'

const secret = fc.constantFrom(
  'password',
  'token',
  'authorization',
  'cookie',
  'cvc',
  'email',
  'phone',
  'name',
)
const harmless = fc.constantFrom('operation', 'status', 'id', 'attempt', 'names', 'tokens')
const planted = 'swordfish'

test('what may be secret stands in no line, wherever it stood', () => {
  const { fields } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.integer(), fc.constant('plain'), tie('fields'), tie('list')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    fields: fc
      .tuple(fc.dictionary(harmless, tie('value'), { maxKeys: 3 }), fc.array(secret, { maxLength: 2 }))
      .map(([rest, keys]) => ({
        ...(rest as object),
        ...Object.fromEntries(keys.map((key) => [key, planted])),
      })),
  }))
  fc.assert(
    fc.property(fields, (given) => {
      const before = JSON.stringify(given)
      const shown = JSON.stringify(censored(given as Record<string, unknown>))
      assert.ok(!shown.includes(planted), shown)
      assert.equal(JSON.stringify(given), before)
    }),
  )
})

test('the rest is told as it is', () => {
  const plain = { operation: 'orders.checkout', status: 201, lines: [{ id: 'line_1' }, 'x'], nothing: null }
  assert.equal(censored(plain), plain)
  assert.deepEqual(censored({ ...plain, list: [{ email: 'a@b.example', id: 1 }] }), {
    ...plain,
    list: [{ email: '[redacted]', id: 1 }],
  })
})

test('what is nested without an end is cut off', () => {
  const endless: Record<string, unknown> = { id: 1 }
  endless.self = endless
  assert.match(JSON.stringify(censored(endless)), /\[nested\]/)
})
