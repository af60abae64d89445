import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rotated } from './rotate-secret.ts'
import { newSecret, signedHeaders } from './signature.ts'

// The example that Standard Webhooks publishes.
const published = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  parts: {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: new Date(1_614_265_330_000),
    body: '{"test": 2432232314}',
  },
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}

test('a signature is the one of the published example', () => {
  assert.deepEqual(signedHeaders(published.parts, [published.secret]), {
    'webhook-id': published.parts.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': published.signature,
  })
})

test('several secrets sign side by side', () => {
  const [first, ...others] = (
    signedHeaders(published.parts, [published.secret, newSecret()])['webhook-signature'] ?? ''
  ).split(' ')
  assert.equal(first, published.signature)
  assert.match(others.join(), /^v1,[\w+/]{43}=$/)
})

test('a secret has 32 bytes of chance', () => {
  const [one, other] = [newSecret(), newSecret()]
  assert.match(one, /^whsec_[\w+/]{43}=$/)
  assert.notEqual(one, other)
})

test('an old secret signs until the overlap is over, and three sign at most', () => {
  const now = new Date('2026-03-01T10:00:00Z')
  const hour = 3_600_000
  const once = rotated([{ sealed: 'a' }], 'b', now, hour)
  assert.deepEqual(once, [{ sealed: 'b' }, { sealed: 'a', until: '2026-03-01T11:00:00.000Z' }])
  assert.deepEqual(rotated(once, 'c', now, 24 * hour)[2], once[1])
  assert.deepEqual(rotated(once, 'c', now, 0), [{ sealed: 'c' }])
  const many = ['c', 'd', 'e'].reduce((secrets, sealed) => rotated(secrets, sealed, now, hour), once)
  assert.deepEqual(
    many.map(({ sealed }) => sealed),
    ['e', 'd', 'c'],
  )
})
