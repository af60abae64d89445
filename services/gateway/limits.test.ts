import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { type Logger, silent } from '@rialto/kit/telemetry'
import type { PageHandler } from './pages.ts'
import { type DoorOptions, openDoor, things } from './testing.ts'

// What one address, and one shopper, may ask for; seen through the door.

type Door = Awaited<ReturnType<typeof openDoor>>
let door: Door | undefined
afterEach(() => door?.app.close())

const open = async (environment: Record<string, string>, more: DoorOptions = {}): Promise<Door> => {
  door = await openDoor({ environment, ...more })
  return door
}

interface Asked {
  readonly from?: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Record<string, string>
}

function ask(url: string, { from = '203.0.113.7', method = 'GET', headers = {} }: Asked = {}) {
  const body = method === 'POST' ? { payload: '{}' } : {}
  const type = { 'content-type': 'application/json' }
  const sent = { method, url, remoteAddress: from, headers: { ...(method === 'POST' && type), ...headers } }
  if (!door) throw new Error('there is no door')
  return door.app.inject({ ...sent, ...body })
}

/** The statuses of so many of the same, sent one after the other. */
async function statuses(count: number, url: string, asked: Asked = {}): Promise<number[]> {
  const seen: number[] = []
  for (let turn = 0; turn < count; turn++) seen.push((await ask(url, asked)).statusCode)
  return seen
}

test('an address is told what it may ask, what is left, and when to come again', async () => {
  await open({ RATE_LIMIT_ADDRESS_READS: '2' })
  const [first, second, third] = [await ask('/api/mine'), await ask('/api/mine'), await ask('/api/mine')]
  assert.deepEqual(
    [first, second, third].map(({ statusCode }) => statusCode),
    [200, 200, 429],
  )
  assert.equal(first.headers['ratelimit-policy'], '"address-reads";q=2;w=60')
  assert.equal(first.headers.ratelimit, '"address-reads";r=1')
  assert.match(String(second.headers.ratelimit), /^"address-reads";r=0;t=(29|30)$/)
  assert.equal(third.json().code, 'too-many-requests')
  assert.match(String(third.headers['retry-after']), /^(29|30)$/)
  assert.match(third.json().detail, /There may be 2 such requests in 60 s\. Try again in \d+ s\./)
})

test('reads, changes and signing in are counted apart, the last most strictly', async () => {
  const limits = {
    RATE_LIMIT_ADDRESS_READS: '3',
    RATE_LIMIT_ADDRESS_WRITES: '2',
    RATE_LIMIT_ADDRESS_AUTH: '1',
  }
  await open(limits)
  assert.deepEqual(await statuses(2, '/api/prove', { method: 'POST' }), [204, 429])
  assert.deepEqual(await statuses(3, '/api/pay', { method: 'POST' }), [204, 204, 429])
  assert.deepEqual(await statuses(4, '/api/mine'), [200, 200, 200, 429])
})

test('one address does not use up what another may ask; all of one IPv6 network is one', async () => {
  await open({ RATE_LIMIT_ADDRESS_READS: '1' })
  assert.deepEqual(await statuses(2, '/api/mine', { from: '203.0.113.7' }), [200, 429])
  assert.deepEqual(await statuses(2, '/api/mine', { from: '203.0.113.8' }), [200, 429])
  assert.deepEqual(await statuses(1, '/api/mine', { from: '2001:db8:1:2::1' }), [200])
  assert.deepEqual(await statuses(1, '/api/mine', { from: '2001:db8:1:2:ffff::9' }), [429])
  assert.deepEqual(await statuses(1, '/api/mine', { from: '2001:db8:1:3::1' }), [200])
})

test('the shop’s own machines are not counted by address', async () => {
  await open({ RATE_LIMIT_ADDRESS_READS: '1' })
  for (const from of ['127.0.0.1', '10.1.2.3', '::1'])
    assert.deepEqual(await statuses(3, '/api/mine', { from }), [200, 200, 200])
})

test('X-Forwarded-For is believed from a trusted proxy only, and only what that has added', async () => {
  const trusting = { RATE_LIMIT_ADDRESS_READS: '1', TRUSTED_PROXIES: '127.0.0.1' }
  const as = (forwarded: string, from: string) => ({ from, headers: { 'x-forwarded-for': forwarded } })
  await open(trusting)
  const answers = async (from: string) => [
    ...(await statuses(1, '/api/mine', as('198.51.100.1', from))),
    ...(await statuses(1, '/api/mine', as('198.51.100.2', from))),
    ...(await statuses(1, '/api/mine', as('198.51.100.9, 198.51.100.2', from))),
  ]
  assert.deepEqual(await answers('127.0.0.1'), [200, 200, 429])
  assert.deepEqual(await answers('203.0.113.7'), [200, 429, 429])
  await door?.app.close()
  await open({ RATE_LIMIT_ADDRESS_READS: '1' })
  assert.deepEqual(await answers('203.0.113.7'), [200, 429, 429])
})

test('a proxy that nobody named is told in the log, once', async () => {
  const told: string[] = []
  const log = { ...silent, warn: (_: object, message: string) => void told.push(message) } as Logger
  const headers = { 'x-forwarded-for': '198.51.100.1' }
  await open({}, { log })
  await statuses(2, '/api/mine', { from: '127.0.0.1' })
  assert.deepEqual(told, [])
  await statuses(2, '/api/mine', { from: '127.0.0.1', headers })
  assert.deepEqual(told, ['visitors come through a proxy that TRUSTED_PROXIES does not name'])
  await door?.app.close()
  await open({ TRUSTED_PROXIES: 'loopback' }, { log })
  await statuses(2, '/api/mine', { from: '127.0.0.1', headers })
  assert.equal(told.length, 1)
})

test('a shopper is counted wherever they come from, staff have ten times as much', async () => {
  await open({ RATE_LIMIT_ACTOR_READS: '1' })
  const guest = (await ask('/api/mine')).cookies[0]
  const headers = { cookie: `rialto_guest=${guest?.value}` }
  assert.deepEqual(await statuses(1, '/api/mine', { headers, from: '203.0.113.7' }), [200])
  const refused = await ask('/api/mine', { headers, from: '198.51.100.7' })
  assert.equal(refused.statusCode, 429)
  assert.match(
    String(refused.headers['ratelimit-policy']),
    /"address-reads";q=30000;w=60, "actor-reads";q=1;w=60/,
  )
  const staff = { headers: { authorization: 'Bearer good' } }
  const seen = await statuses(11, '/api/mine', staff)
  assert.deepEqual(seen, [...Array(10).fill(200), 429])
})

test('an answer from the cache is not counted, and tells others nothing of who asked first', async () => {
  await open({ RATE_LIMIT_ADDRESS_READS: '1' })
  const first = await ask('/api/things/1')
  assert.equal(first.headers.ratelimit, undefined)
  assert.deepEqual(await statuses(5, '/api/things/1'), Array(5).fill(200))
  assert.deepEqual(await statuses(1, '/api/things/2'), [429])
})

test('a route that is no operation is counted as it says', async () => {
  const { app } = await open({ RATE_LIMIT_ADDRESS_READS: '1' })
  app.get('/elsewhere', { config: { limit: 'read' } }, () => 'there')
  assert.deepEqual(await statuses(2, '/elsewhere'), [200, 429])
})

test('0 sets no limit', async () => {
  await open({ RATE_LIMIT_ADDRESS_WRITES: '0', RATE_LIMIT_ACTOR_WRITES: '0' })
  assert.deepEqual(new Set(await statuses(50, '/api/pay', { method: 'POST' })), new Set([204]))
})

test('a page and what it asks for are counted for its visitor, who is told so by a page', async () => {
  const pages: PageHandler = (_request, response, _next, { call }) => {
    call(things.getMine, {}).then(
      () => response.end('a page'),
      ({ status }) => response.writeHead(status).end(),
    )
  }
  await open({ RATE_LIMIT_ADDRESS_READS: '3' }, { pages })
  const headers = { accept: 'text/html' }
  assert.deepEqual(await statuses(1, '/', { headers }), [200])
  assert.deepEqual(await statuses(1, '/', { headers }), [429])
  const refused = await ask('/', { headers })
  assert.equal(refused.statusCode, 429)
  assert.match(String(refused.headers['content-type']), /^text\/html/)
  assert.match(refused.body, /<meta http-equiv="refresh" content="\d+">/)
  assert.ok(Number(refused.headers['retry-after']) > 0)
  assert.deepEqual(await statuses(1, '/', { headers, from: '198.51.100.1' }), [200])
})

test('what a question asks for is counted as at its own address', async () => {
  await open({ RATE_LIMIT_ADDRESS_AUTH: '2', RATE_LIMIT_ADDRESS_READS: '4' })
  const question = async (query: string) => {
    const payload = { query }
    const sent = { method: 'POST', url: '/graphql', remoteAddress: '203.0.113.7', payload } as const
    const reply = await door?.app.inject(sent)
    return [reply?.statusCode, reply?.json().errors?.[0].extensions.code]
  }
  assert.equal((await ask('/api/prove', { method: 'POST' })).statusCode, 204)
  assert.deepEqual(await question('mutation { prove }'), [200, undefined])
  assert.deepEqual(await question('mutation { prove }'), [200, 'too-many-requests'])
  // The two before were read by the gateway, too; this one is the third, and asks for two.
  assert.deepEqual(await question('{ one: mine { whose } two: mine { whose } }'), [200, 'too-many-requests'])
  assert.deepEqual(await question('{'), [429, 'too-many-requests'])
})
