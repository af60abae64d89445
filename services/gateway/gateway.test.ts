import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { identity, type Profile } from '@rialto/identity/contract'
import { createLocalBroker } from '@rialto/kit/broker'
import { contract, describe } from '@rialto/kit/contract'
import type { Dispatch } from '@rialto/kit/dispatch'
import { invalidInput } from '@rialto/kit/problem'
import type { RequestInfo } from '@rialto/kit/request'
import { input, Type } from '@rialto/kit/schema'
import { silent } from '@rialto/kit/telemetry'
import type { FastifyInstance } from 'fastify'
import { createGateway } from './gateway.ts'

const things = contract(
  'things',
  { version: 1, summary: 'For tests' },
  {
    getThing: {
      method: 'GET',
      path: '/things/:id',
      access: ['anyone', 'staff:things'],
      summary: 'Read',
      reply: { 200: Type.Object({ id: Type.String(), seen: Type.Integer() }) },
      cache: { seconds: 60, tags: ['product:{id}'] },
    },
    getMine: {
      method: 'GET',
      path: '/mine',
      access: 'shopper',
      summary: 'Read mine',
      reply: { 200: Type.Object({ version: Type.Integer(), whose: Type.String() }) },
    },
    change: {
      method: 'POST',
      path: '/things',
      access: 'shopper',
      summary: 'Change',
      body: input({ name: Type.String() }),
      reply: { 201: Type.Object({ name: Type.String() }) },
    },
    breakDown: {
      method: 'POST',
      path: '/break',
      access: 'anyone',
      summary: 'Break',
      reply: { 204: Type.Null() },
    },
    upload: {
      method: 'POST',
      path: '/upload',
      access: 'anyone',
      summary: 'Upload',
      body: { raw: 'text/csv', maxBytes: 10 },
      reply: { 200: Type.Object({ bytes: Type.Integer() }) },
    },
    secret: {
      method: 'GET',
      path: '/secret',
      access: 'service',
      internal: true,
      summary: 'Inside only',
      reply: { 200: Type.Null() },
    },
  },
)

const staff = {
  id: 'staff_1',
  email: 'a@b.example',
  name: 'A',
  role: 'staff',
  permissions: ['*'],
  createdAt: '2026-01-01T00:00:00Z',
  version: 1,
} satisfies Profile

let app: FastifyInstance
let seen = 0
let asked: RequestInfo | undefined
let ended: unknown
/** Keeps an answer back once it is made. */
let hold: (() => Promise<void>) | undefined
const broker = createLocalBroker()

const answers: Record<string, (input: Record<string, unknown>, request: RequestInfo) => unknown> = {
  getThing: ({ id }) => ({ id, seen: ++seen }),
  getMine: (_, { actor }) => ({ version: 7, whose: 'id' in actor ? actor.id : '' }),
  change: ({ name }) => ({ name, hidden: 'not declared' }),
  breakDown: () => {
    throw new Error('the password is swordfish')
  },
  upload: async ({ body }) => {
    let bytes = 0
    for await (const chunk of body as AsyncIterable<Uint8Array>) bytes += chunk.length
    return { bytes }
  },
  resolveSession: ({ token }) => (token === 'good' ? { profile: staff } : {}),
  signOut: ({ token }) => {
    ended = token
    return null
  },
}
const dispatch: Dispatch = async ({ name }, given, request) => {
  if (name !== 'resolveSession') asked = request
  const answer = answers[name]?.(given, request)
  await hold?.()
  return answer
}

beforeEach(async () => {
  seen = 0
  app = await createGateway({
    contracts: [describe(things), describe(identity)],
    find: (service) => (service === 'away' ? undefined : dispatch),
    broker,
    log: silent,
    secret: 's'.repeat(32),
    secure: false,
    version: '1',
  })
})
afterEach(() => app.close())

async function changeProduct(): Promise<void> {
  const about = {
    id: 'm',
    version: 1,
    aggregateId: '1',
    aggregateVersion: 1,
    source: 's',
    at: '',
    attempt: 1,
  }
  await broker.publish([{ ...about, name: 'product.changed', data: { id: '1', handle: 'one' } }])
}

const get = (url: string, headers = {}) => app.inject({ url: `/api${url}`, headers })
const post = (url: string, payload: unknown, headers = {}) =>
  app.inject({
    method: 'POST',
    url: `/api${url}`,
    payload: payload as string,
    headers: { 'content-type': 'application/json', ...headers },
  })

test('a visitor gets a guest identity with the first thing that is theirs, and keeps it', async () => {
  const first = await get('/mine')
  const [given] = first.cookies
  assert.equal(given?.name, 'rialto_guest')
  assert.ok(given?.httpOnly && given.sameSite === 'Lax')
  const again = await get('/mine', { cookie: `rialto_guest=${given?.value}` })
  assert.equal(again.json().whose, first.json().whose)
  assert.equal(again.cookies.length, 0)
  assert.equal((await get('/things/1')).cookies.length, 0)
})

test('a forged guest identity is not believed', async () => {
  const { whose } = (
    await get('/mine', { cookie: 'rialto_guest=guest_01hzzzzzzzzzzzzzzzzzzzzzzz.forged' })
  ).json()
  assert.notEqual(whose, 'guest_01hzzzzzzzzzzzzzzzzzzzzzzz')
})

test('a bearer token is taken for its person, and refused when it has ended', async () => {
  await get('/mine', { authorization: 'Bearer good' })
  assert.deepEqual(asked?.actor, { kind: 'staff', id: 'staff_1', permissions: ['*'], guestId: undefined })
  assert.equal((await get('/mine', { authorization: 'Bearer bad' })).statusCode, 401)
})

test('signing out ends the session of the cookie, which no page can read', async () => {
  const reply = await post('/sign-out', {}, { cookie: 'rialto_session=good' })
  assert.equal(reply.statusCode, 204)
  assert.equal(ended, 'good')
  assert.equal(reply.cookies.find(({ name }) => name === 'rialto_session')?.value, '')
})

test('a change that another site sends with our cookies is refused', async () => {
  const { cookies } = await get('/mine')
  const headers = { cookie: `rialto_guest=${cookies[0]?.value}`, host: 'shop.example' }
  assert.equal(
    (await post('/things', { name: 'x' }, { ...headers, origin: 'https://evil.example' })).statusCode,
    403,
  )
  assert.equal(
    (await post('/things', { name: 'x' }, { ...headers, origin: 'https://shop.example' })).statusCode,
    201,
  )
})

test('an answer for all is kept until an event drops it; staff always see the present', async () => {
  assert.equal((await get('/things/1')).json().seen, 1)
  const kept = await get('/things/1')
  assert.equal(kept.json().seen, 1)
  assert.equal((await get('/things/1', { 'if-none-match': String(kept.headers.etag) })).statusCode, 304)
  assert.equal((await get('/things/1', { authorization: 'Bearer good' })).json().seen, 2)
  await changeProduct()
  assert.equal((await get('/things/1')).json().seen, 3)
})

test('an answer that was begun before a change is not kept after it', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const begun = new Promise<void>((resolve) => {
    hold = () => {
      resolve()
      return held
    }
  })
  const old = get('/things/1')
  await begun
  hold = undefined
  await changeProduct()
  release()
  assert.equal((await old).json().seen, 1)
  assert.equal((await get('/things/1')).json().seen, 2)
  assert.equal((await get('/things/1')).json().seen, 2)
})

test('a version is an ETag, and If-Match reaches the service', async () => {
  const reply = await get('/mine')
  assert.equal(reply.headers.etag, '"7"')
  await post('/things', { name: 'x' }, { 'if-match': '"6"', 'idempotency-key': 'k' })
  assert.deepEqual([asked?.expectedVersion, asked?.idempotencyKey], [6, 'k'])
})

test('only declared fields leave the house', async () => {
  assert.deepEqual((await post('/things', { name: 'x' })).json(), { name: 'x' })
})

test('a bug tells the caller nothing but where to ask', async () => {
  const reply = await post('/break', {})
  assert.equal(reply.statusCode, 500)
  assert.match(String(reply.headers['content-type']), /^application\/problem\+json/)
  assert.ok(!reply.body.includes('swordfish') && reply.json().requestId)
})

const refusals: readonly (readonly [string, () => ReturnType<typeof post>, number, string])[] = [
  ['an unknown operation', () => get('/nothing'), 404, 'not-found'],
  ['an internal operation', () => get('/secret'), 404, 'not-found'],
  ['an address with a broken escape', () => get('/things/%F0%9'), 400, 'invalid-input'],
  ['a part of an address that is too long', () => get(`/things/${'x'.repeat(301)}`), 400, 'invalid-input'],
  ['a malformed body', () => post('/things', '{"name":'), 400, 'invalid-input'],
  ['a field of the wrong type', () => post('/things', { name: 1 }), 400, 'invalid-input'],
  [
    'another content type',
    () => post('/things', 'name=x', { 'content-type': 'text/plain' }),
    415,
    'unsupported-media-type',
  ],
  ['a body beyond the limit', () => post('/things', { name: 'x'.repeat(2_000_000) }), 413, 'body-too-large'],
  ['a file of another type', () => post('/upload', '{}'), 415, 'unsupported-media-type'],
  [
    'a file beyond its limit',
    () => post('/upload', 'x'.repeat(11), { 'content-type': 'text/csv' }),
    413,
    'body-too-large',
  ],
  ['an ETag that is none', () => post('/things', { name: 'x' }, { 'if-match': 'six' }), 400, 'invalid-input'],
]
for (const [what, request, status, code] of refusals) {
  test(`${what} is refused with ${status}`, async () => {
    const reply = await request()
    assert.deepEqual([reply.statusCode, reply.json().code], [status, code])
  })
}

test('a file is taken as a stream', async () => {
  assert.deepEqual(
    (await post('/upload', 'a,b\n1,2', { 'content-type': 'text/csv; charset=utf-8' })).json(),
    { bytes: 7 },
  )
})

test('the documents describe what is public, and every problem', async () => {
  const { paths, components } = (await app.inject('/openapi.json')).json()
  assert.ok(paths['/api/things/{id}'].get && !paths['/api/secret'])
  assert.ok(components.schemas.Problem)
  assert.equal((await app.inject('/docs/')).statusCode, 200)
  assert.match((await app.inject('/docs/problems')).body, new RegExp(invalidInput.code))
})
