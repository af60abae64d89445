import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { openDoor } from './testing.ts'

let door: Awaited<ReturnType<typeof openDoor>>
beforeEach(async () => {
  door = await openDoor()
})
afterEach(() => door.app.close())

const refusals: readonly (readonly [string, () => ReturnType<typeof door.post>, number, string])[] = [
  ['an unknown operation', () => door.get('/nothing'), 404, 'not-found'],
  ['an internal operation', () => door.get('/secret'), 404, 'not-found'],
  ['an address with a broken escape', () => door.get('/things/%F0%9'), 400, 'invalid-input'],
  [
    'a part of an address that is too long',
    () => door.get(`/things/${'x'.repeat(301)}`),
    400,
    'invalid-input',
  ],
  ['a malformed body', () => door.post('/things', '{"name":'), 400, 'invalid-input'],
  ['a field of the wrong type', () => door.post('/things', { name: 1 }), 400, 'invalid-input'],
  [
    'another content type',
    () => door.post('/things', 'name=x', { 'content-type': 'text/plain' }),
    415,
    'unsupported-media-type',
  ],
  [
    'a body beyond the limit',
    () => door.post('/things', { name: 'x'.repeat(2_000_000) }),
    413,
    'body-too-large',
  ],
  ['a file of another type', () => door.post('/upload', '{}'), 415, 'unsupported-media-type'],
  [
    'a file beyond its limit',
    () => door.post('/upload', 'x'.repeat(11), { 'content-type': 'text/csv' }),
    413,
    'body-too-large',
  ],
  ['a method that the address does not have', () => door.post('/mine', {}), 405, 'method-not-allowed'],
  ['a query field that does not exist', () => door.get('/things/1?colour=red'), 400, 'invalid-input'],
  [
    'a bearer token of no known form',
    () => door.get('/mine', { authorization: 'Bearer a b' }),
    401,
    'unauthenticated',
  ],
  [
    'an ETag that is none',
    () => door.post('/things', { name: 'x' }, { 'if-match': 'six' }),
    400,
    'invalid-input',
  ],
]
for (const [what, request, status, code] of refusals) {
  test(`${what} is refused with ${status}`, async () => {
    const reply = await request()
    assert.deepEqual([reply.statusCode, reply.json().code], [status, code])
  })
}

test('a media type is the same in capitals', async () => {
  assert.equal((await door.post('/upload', 'a', { 'content-type': 'Text/CSV' })).statusCode, 200)
})

test('an address tells which methods it has', async () => {
  const asked = await door.app.inject({ method: 'OPTIONS', url: '/api/things/1' })
  assert.deepEqual([asked.statusCode, asked.headers.allow], [204, 'GET, HEAD, OPTIONS'])
  const refused = await door.app.inject({ method: 'DELETE', url: '/api/things' })
  assert.deepEqual([refused.statusCode, refused.headers.allow], [405, 'POST, OPTIONS'])
  assert.equal((await door.app.inject({ method: 'OPTIONS', url: '/api/nothing' })).statusCode, 404)
})

test('HEAD answers as GET does, without the body', async () => {
  for (let times = 0; times < 2; times++) {
    const { statusCode, headers, body } = await door.app.inject({ method: 'HEAD', url: '/api/things/1' })
    assert.deepEqual([statusCode, body, typeof headers.etag], [200, '', 'string'])
    assert.match(String(headers['cache-control']), /s-maxage=60/)
  }
})

test('an empty body is none, whatever type it is said to have', async () => {
  assert.equal((await door.post('/break', '')).statusCode, 500)
  assert.equal((await door.post('/things', '')).json().errors[0].field, 'name')
})
