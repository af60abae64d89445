import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type Logger, silent } from '@rialto/kit/telemetry'
import { until } from '@rialto/kit/until'
import { openDoor } from './testing.ts'

// A door that can bear four requests at once, and gets nine that take their time.

let door: Awaited<ReturnType<typeof openDoor>>
let held: (() => void)[] = []
let waiting: Promise<void>[] = []
let done = 0
let told: string[] = []

beforeEach(async () => {
  told = []
  door = await openDoor({
    log: { ...silent, warn: (_: object, message: string) => void told.push(message) } as Logger,
    environment: { REQUESTS_AT_ONCE: '4' },
    pages: (_request, response) => response.end('a page'),
  })
})
afterEach(async () => {
  release(held.length)
  await Promise.all(waiting)
  await door.app.close()
})

/** Lets so many requests hang until they are released. */
async function hold(count: number): Promise<void> {
  held = []
  done = 0
  door.seen.hold = () => new Promise((resolve) => held.push(resolve))
  waiting = Array.from({ length: count }, async () => {
    await door.get('/mine')
    done++
  })
  await until('all of them are under way', () => held.length === count)
  door.seen.hold = undefined
}

function release(count: number): void {
  for (const letGo of held.splice(0, count)) letGo()
}

let asked = 0
const browse = (headers = {}) => door.get(`/things/new-${asked++}`, headers)
const page = (headers = {}) => door.app.inject({ url: '/', headers: { accept: 'text/html', ...headers } })
const rushBegins = () => until('browsing is turned away', async () => (await browse()).statusCode === 503)
const guest = { cookie: 'rialto_guest=whoever' }

test('in a rush browsing is turned away, and tells when to come again; buying goes on', async () => {
  await door.get('/things/1')
  await hold(9)
  assert.equal((await browse()).statusCode, 200)
  await rushBegins()
  const refused = await browse()
  assert.equal(refused.json().code, 'overloaded')
  assert.match(String(refused.headers['retry-after']), /^[2-7]$/)
  assert.equal((await door.post('/pay', {})).statusCode, 204)
  assert.equal((await door.get('/things/1')).statusCode, 200, 'what is kept costs nothing')
})

test('in a rush shoppers who have begun come before those who have not', async () => {
  await hold(9)
  await rushBegins()
  release(7)
  await until('seven are done', () => done === 7)
  // Two are under way: too many for those who enter, not for those who have a cart.
  assert.equal((await door.post('/things', { name: 'x' })).statusCode, 503)
  assert.equal((await door.post('/things', { name: 'x' }, guest)).statusCode, 201)
  assert.equal((await door.get('/mine', guest)).statusCode, 200)
  assert.equal((await browse()).statusCode, 503)
  const [stranger, shopper] = [await page(), await page(guest)]
  assert.deepEqual([stranger.statusCode, shopper.statusCode], [503, 200])
  assert.match(stranger.body, /A lot is going on/)
  assert.equal(stranger.headers['cache-control'], 'no-store')
})

test('when the rush is over everybody is let in again', async () => {
  await hold(9)
  await rushBegins()
  release(9)
  await until('browsing works again', async () => (await browse()).statusCode === 200)
  assert.equal((await page()).statusCode, 200)
  await until('the log says so', () => told.length === 2)
  assert.deepEqual(told, ['the shop is overloaded; what can wait is turned away', 'the rush is over'])
})

test('in a rush each operation of a question is looked at by itself', async () => {
  const ask = (query: string) => door.app.inject({ method: 'POST', url: '/graphql', payload: { query } })
  await ask('{ mine { whose } }')
  await hold(9)
  await rushBegins()
  const refused = (await ask(`{ thing(id: "new-${asked++}") { seen } }`)).json()
  assert.deepEqual([refused.data, refused.errors[0].extensions.code], [null, 'overloaded'])
  assert.deepEqual((await ask('mutation { pay }')).json(), { data: { pay: true } })
})
