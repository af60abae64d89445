import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { createSign, createVerify } from '@rialto/kit/actor-token'
import { createCall } from '@rialto/kit/client'
import { contract, describe } from '@rialto/kit/contract'
import { contractHash } from '@rialto/kit/contract-hash'
import { contractsOverHttp } from '@rialto/kit/contracts-at'
import { createDiscovery } from '@rialto/kit/discovery'
import type { Dispatch } from '@rialto/kit/dispatch'
import { createDoor } from '@rialto/kit/door'
import { problem } from '@rialto/kit/problem'
import { createRemote, Lost } from '@rialto/kit/remote'
import type { RequestInfo } from '@rialto/kit/request'
import { input, Type } from '@rialto/kit/schema'
import { silent } from '@rialto/kit/telemetry'

// Calls between two ends of real sockets: what goes in at one comes out at the other.

const soldOut = problem('sold-out', 409, 'It is sold out', { left: Type.Integer() })
const things = contract(
  'things',
  { version: 1, summary: 'For tests' },
  {
    echo: {
      method: 'POST',
      path: '/things/:id/echo',
      access: 'anyone',
      summary: 'Answer with what came',
      query: Type.Object({
        tags: Type.Optional(Type.Array(Type.String())),
        deep: Type.Optional(Type.Boolean()),
        limit: Type.Optional(Type.Integer()),
      }),
      body: input({ text: Type.String(), list: Type.Array(Type.Number()) }),
      reply: { 200: Type.Unsafe<Record<string, unknown>>({}) },
    },
    nothing: {
      method: 'DELETE',
      path: '/things/:id',
      access: 'anyone',
      summary: 'Answer with nothing',
      reply: { 204: Type.Null() },
    },
    refuse: {
      method: 'GET',
      path: '/refusals',
      access: 'anyone',
      summary: 'Refuse',
      reply: { 200: Type.Null() },
      problems: [soldOut],
    },
    wait: {
      method: 'GET',
      path: '/wait',
      access: 'anyone',
      summary: 'Wait until the caller has gone',
      reply: { 200: Type.Null() },
    },
    upload: {
      method: 'POST',
      path: '/files',
      access: 'anyone',
      summary: 'Take a file',
      body: { raw: 'text/csv', maxBytes: 64 * 1024 * 1024 },
      reply: { 200: Type.Object({ bytes: Type.Integer(), signature: Type.String() }) },
    },
  },
)

const secret = 's'.repeat(32)
const sign = createSign({ secret, issuer: 'test' })
const asked: RequestInfo[] = []
let firstChunk = Promise.withResolvers<void>()

const answers: Record<string, (given: Record<string, unknown>, request: RequestInfo) => unknown> = {
  echo: (given) => given,
  nothing: () => null,
  refuse: () => {
    throw soldOut('None is left.', { left: 0 })
  },
  wait: () => new Promise(() => {}),
  upload: async ({ body }, { headers }) => {
    let bytes = 0
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      firstChunk.resolve()
    }
    return { bytes, signature: headers?.['x-signature'] ?? '' }
  },
}
const dispatch: Dispatch = async ({ name }, given, request) => {
  asked.push(request)
  return answers[name]?.(given, request)
}
const door = createDoor({
  services: [{ contract: describe(things), dispatch }],
  verify: createVerify({ secret }),
  health: { state: 'ready', databases: [] },
  version: '1',
  log: silent,
})

let url: string
const request = (about: Partial<RequestInfo> = {}): RequestInfo => ({
  actor: { kind: 'guest', id: 'guest_1' },
  requestId: 'req_1',
  deadline: Date.now() + 30_000,
  ...about,
})

function connect(about: Partial<RequestInfo> = {}, trusted = sign) {
  const { find, close } = createDiscovery({ inside: () => undefined, locate: [() => [url]], sign: trusted })
  after(close)
  return createCall(find, 'test', request(about))
}

before(async () => {
  url = await door.listen({ port: 0, host: '127.0.0.1' })
})
after(() => door.close())

test('path, query and body arrive as they were given, in their types', async () => {
  const given = {
    id: 'a/b?c=ü#%',
    tags: ['x', 'y&z'],
    deep: false,
    limit: 3,
    text: '"quoted"\n𝄞',
    list: [1, -0.5],
  }
  assert.deepEqual(await connect()(things.echo, given), given)
})

test('nothing is nothing on the other side too', async () => {
  assert.equal(await connect()(things.nothing, { id: '1' }), null)
})

test('a problem is the same problem, with what it carries', async () => {
  await assert.rejects(connect()(things.refuse, {}), ({ code, status, message, details }) => {
    assert.deepEqual([code, status, message, details], ['sold-out', 409, 'None is left.', { left: 0 }])
    return true
  })
})

test('the caller’s identity and request travel along', async () => {
  await connect({ actor: { kind: 'customer', id: 'cust_1' }, requestId: 'req_of_page' })(
    things.echo,
    { id: '1', text: '', list: [] },
    { idempotencyKey: 'key', expectedVersion: 4 },
  )
  const { actor, requestId, idempotencyKey, expectedVersion } = asked.at(-1) ?? request()
  assert.deepEqual(
    [actor, requestId, idempotencyKey, expectedVersion],
    [{ kind: 'customer', id: 'cust_1' }, 'req_of_page', 'key', 4],
  )
})

test('a caller waits until its deadline and no longer', async () => {
  const late = connect({ deadline: Date.now() + 150 })
  await assert.rejects(late(things.wait, {}), { code: 'deadline-exceeded' })
  assert.ok(Date.now() >= (asked.at(-1)?.deadline ?? 0) - 150)
  await assert.rejects(late(things.wait, {}), { code: 'deadline-exceeded' })
})

test('a file is on its way before its end is there, with the header fields that belong to it', async () => {
  firstChunk = Promise.withResolvers()
  async function* file() {
    yield Buffer.alloc(1024 * 1024)
    // Were the beginning held back for the rest, this would wait for ever.
    await firstChunk.promise
    for (let count = 0; count < 15; count++) yield Buffer.alloc(1024 * 1024)
  }
  const { find, close } = createDiscovery({ inside: () => undefined, locate: [() => [url]], sign })
  const headers = { 'x-signature': 'signed', cookie: 'secret', host: 'shop.example', 'content-length': '1' }
  const reply = await find('things')?.(things.upload, { body: file() }, request({ headers }))
  assert.deepEqual(reply, { bytes: 16 * 1024 * 1024, signature: 'signed' })
  const { cookie, host } = asked.at(-1)?.headers ?? {}
  assert.deepEqual([cookie, host], [undefined, new URL(url).host])
  await close()
})

test('a file beyond its limit is refused while it is sent', async () => {
  async function* endless() {
    for (;;) yield Buffer.alloc(1024 * 1024)
  }
  await assert.rejects(connect()(things.upload, { body: endless() }), { code: 'body-too-large' })
})

test('a process with another secret is told to whoever runs it, and the shopper only that it is our fault', async () => {
  const foreign = createSign({ secret: 'x'.repeat(32), issuer: 'test' })
  await assert.rejects(connect({}, foreign)(things.nothing, { id: '1' }), (error: Error) => {
    return !('code' in error) && /RIALTO_SECRET/.test(error.message)
  })
})

test('a contract is told at the door by its fingerprint, and another one is not taken for it', async () => {
  const { fetch, close } = contractsOverHttp()
  after(close)
  const hash = contractHash(describe(things))
  assert.equal(contractHash((await fetch(url, hash)) as never), hash)
  await assert.rejects(fetch(url, 'another'), /no contract with the fingerprint another/)
  await assert.rejects(fetch(`${url}/nowhere`, hash), /it answered 503/)
})

test('an instance that does not know an operation is no answer', async () => {
  const later = contract(
    'things',
    { version: 1, summary: 'For tests' },
    {
      newest: {
        method: 'POST',
        path: '/newest',
        access: 'anyone',
        summary: 'Newest',
        reply: { 200: Type.Null() },
      },
    },
  )
  await assert.rejects(connect()(later.newest, {}), { code: 'unavailable', details: { service: 'things' } })
})

test('it is told apart whether a request was never sent or broke off', async () => {
  const cutter = createServer((socket) => socket.once('data', () => socket.destroy())).listen(0, '127.0.0.1')
  await once(cutter, 'listening')
  const { port } = cutter.address() as { port: number }
  const remote = createRemote(`http://127.0.0.1:${port}`, sign)
  const lost = async () => {
    const failure = await remote.send(things.nothing, { id: '1' }, request()).catch((error) => error)
    assert.ok(failure instanceof Lost, String(failure))
    return failure.sent
  }
  assert.equal(await lost(), true)
  await new Promise((done) => cutter.close(done))
  assert.equal(await lost(), false)
  await remote.close()
})
