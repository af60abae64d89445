import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { invalidInput } from '@rialto/kit/problem'
import { type Logger, silent } from '@rialto/kit/telemetry'
import { until } from '@rialto/kit/until'
import { openDoor, staff } from './testing.ts'

let door: Awaited<ReturnType<typeof openDoor>>
beforeEach(async () => {
  door = await openDoor()
})
afterEach(() => door.app.close())

test('a visitor gets a guest identity with the first thing that is theirs, and keeps it', async () => {
  const first = await door.get('/mine')
  const [given] = first.cookies
  assert.equal(given?.name, 'rialto_guest')
  assert.ok(given?.httpOnly && given.sameSite === 'Lax')
  const again = await door.get('/mine', { cookie: `rialto_guest=${given?.value}` })
  assert.equal(again.json().whose, first.json().whose)
  assert.equal(again.cookies.length, 0)
  assert.equal((await door.get('/things/1')).cookies.length, 0)
})

test('a forged guest identity is not believed', async () => {
  const { whose } = (
    await door.get('/mine', { cookie: 'rialto_guest=guest_01hzzzzzzzzzzzzzzzzzzzzzzz.forged' })
  ).json()
  assert.notEqual(whose, 'guest_01hzzzzzzzzzzzzzzzzzzzzzzz')
})

test('a guest stays the same while the secret is changed, and is signed anew', async () => {
  const next = 'n'.repeat(32)
  const first = await door.get('/mine')
  const changing = await openDoor({ secret: next, otherSecret: 's'.repeat(32) })
  const changed = await openDoor({ secret: next })
  const mine = async (at: typeof door, from: typeof first) => {
    const reply = await at.get('/mine', { cookie: `rialto_guest=${from.cookies[0]?.value}` })
    return { reply, same: reply.json().whose === first.json().whose }
  }
  const second = await mine(changing, first)
  assert.ok(second.same)
  assert.deepEqual(await mine(changed, second.reply).then(({ same }) => same), true)
  assert.equal((await mine(changed, first)).same, false)
  await Promise.all([changing.app.close(), changed.app.close()])
})

test('a bearer token is taken for its person, and refused when it has ended', async () => {
  await door.get('/mine', { authorization: 'Bearer good' })
  assert.deepEqual(door.seen.request?.actor, {
    kind: 'staff',
    id: 'staff_1',
    permissions: ['*'],
    guestId: undefined,
  })
  assert.equal((await door.get('/mine', { authorization: 'Bearer bad' })).statusCode, 401)
})

test('a service is told that staff still have to set up a second factor, until the moment they have', async () => {
  const fresh = await openDoor()
  fresh.seen.profile = { ...staff, permissions: [], factorStep: 'set-up' }
  const actor = async () => {
    await fresh.get('/mine', { authorization: 'Bearer good' })
    return fresh.seen.request?.actor
  }
  const barred = { kind: 'staff', id: 'staff_1', permissions: [], guestId: undefined, factorStep: 'set-up' }
  assert.deepEqual(await actor(), barred)
  fresh.seen.profile = staff
  assert.deepEqual(await actor(), { kind: 'staff', id: 'staff_1', permissions: ['*'], guestId: undefined })
  await fresh.app.close()
})

test('a service is told by which session somebody comes, and identity on what one starts', async () => {
  const agent = { 'user-agent': 'Firefox' }
  await door.get('/mine', { ...agent, authorization: 'Bearer good', 'x-session-id': 'sess_forged' })
  assert.deepEqual([door.seen.request?.sessionId, door.seen.request?.userAgent], ['sess_1', undefined])
  await door.post('/sign-in', { email: 'a@b.example', password: 'x' }, agent)
  assert.deepEqual([door.seen.request?.sessionId, door.seen.request?.userAgent], [undefined, 'Firefox'])
})

test('signing out ends the session of the cookie, which no page can read', async () => {
  const reply = await door.post('/sign-out', {}, { cookie: 'rialto_session=good' })
  assert.equal(reply.statusCode, 204)
  assert.equal(door.seen.endedToken, 'good')
  assert.equal(reply.cookies.find(({ name }) => name === 'rialto_session')?.value, '')
})

test('a change that another site sends with our cookies is refused', async () => {
  const { cookies } = await door.get('/mine')
  const headers = { cookie: `rialto_guest=${cookies[0]?.value}`, host: 'shop.example' }
  assert.equal(
    (await door.post('/things', { name: 'x' }, { ...headers, origin: 'https://evil.example' })).statusCode,
    403,
  )
  assert.equal(
    (await door.post('/things', { name: 'x' }, { ...headers, origin: 'https://shop.example' })).statusCode,
    201,
  )
})

test('an answer for all is kept until an event drops it; staff always see the present', async () => {
  assert.equal((await door.get('/things/1')).json().seen, 1)
  const kept = await door.get('/things/1')
  assert.equal(kept.json().seen, 1)
  assert.equal((await door.get('/things/1', { 'if-none-match': String(kept.headers.etag) })).statusCode, 304)
  assert.equal((await door.get('/things/1', { authorization: 'Bearer good' })).json().seen, 2)
  await door.say('product.changed')
  assert.equal((await door.get('/things/1')).json().seen, 3)
})

test('an answer about several things is kept until one of them changes', async () => {
  const read = async (query: string) => (await door.get(`/stock?${query}`)).json().seen
  const [both, other] = ['variantIds=var_1&variantIds=var_2', 'variantIds=var_3']
  assert.deepEqual([await read(both), await read(other), await read(both)], [1, 2, 1])
  await door.say('stock.changed', 'var_2')
  assert.deepEqual([await read(both), await read(other)], [3, 2])
})

test('an answer that was begun before a change is not kept after it', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const begun = new Promise<void>((resolve) => {
    door.seen.hold = () => {
      resolve()
      return held
    }
  })
  const old = door.get('/things/1')
  await begun
  door.seen.hold = undefined
  await door.say('product.changed')
  release()
  assert.equal((await old).json().seen, 1)
  assert.equal((await door.get('/things/1')).json().seen, 2)
  assert.equal((await door.get('/things/1')).json().seen, 2)
})

test('while an old answer is asked for anew the others get the old one', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const first = await door.get('/brief')
  assert.match(String(first.headers['cache-control']), /s-maxage=1, stale-while-revalidate=1/)
  let asking = 0
  door.seen.hold = () => {
    asking++
    return held
  }
  const asked: ReturnType<typeof door.get>[] = []
  await until('somebody has to ask anew', () => {
    asked.push(door.get('/brief'))
    return asking > 0
  })
  assert.equal((await door.get('/brief')).json().seen, 1)
  door.seen.hold = undefined
  release()
  const answers = (await Promise.all(asked)).map((reply) => reply.json().seen)
  assert.deepEqual([answers.filter((seen) => seen === 2).length, asking], [1, 1])
  assert.equal((await door.get('/brief')).json().seen, 2)
})

test('an answer is dropped by whatever name it was asked for', async () => {
  assert.equal((await door.get('/things/former-name')).json().seen, 1)
  assert.equal((await door.get('/things/former-name')).json().seen, 1)
  await door.say('product.removed')
  assert.equal((await door.get('/things/former-name')).json().seen, 2)
})

test('a version is an ETag, and If-Match reaches the service', async () => {
  const reply = await door.get('/mine')
  assert.equal(reply.headers.etag, '"7"')
  await door.post('/things', { name: 'x' }, { 'if-match': '"6"', 'idempotency-key': 'k' })
  assert.deepEqual([door.seen.request?.expectedVersion, door.seen.request?.idempotencyKey], [6, 'k'])
})

test('only declared fields leave the house', async () => {
  assert.deepEqual((await door.post('/things', { name: 'x' })).json(), { name: 'x' })
})

test('a bug tells the caller nothing but where to ask', async () => {
  const reply = await door.post('/break', {})
  assert.equal(reply.statusCode, 500)
  assert.match(String(reply.headers['content-type']), /^application\/problem\+json/)
  assert.ok(!reply.body.includes('swordfish') && reply.json().requestId)
})

test('a page that fails tells the visitor nothing, and the log where it was', async () => {
  const told: unknown[][] = []
  const log = { ...silent, error: (...said: unknown[]) => void told.push(said) } as Logger
  const failing = await openDoor({ log, pages: (_request, _response, next) => next(new Error('swordfish')) })
  const { statusCode, body, headers } = await failing.app.inject({
    url: '/',
    headers: { accept: 'text/html' },
  })
  assert.deepEqual([statusCode, body], [500, 'Something went wrong.'])
  const [[facts, message] = []] = told
  assert.equal(message, 'a page failed')
  const { error, requestId } = facts as { error: string; requestId: string }
  assert.match(error, /swordfish[\s\S]+gateway\.test\.ts/)
  assert.equal(requestId, headers['x-request-id'])
  await failing.app.close()
})

test('a file is taken as a stream', async () => {
  assert.deepEqual(
    (await door.post('/upload', 'a,b\n1,2', { 'content-type': 'text/csv; charset=utf-8' })).json(),
    { bytes: 7 },
  )
})

test('the documents describe what is public, and every problem', async () => {
  const { paths, components } = (await door.app.inject('/openapi.json')).json()
  assert.ok(paths['/api/things/{id}'].get && !paths['/api/secret'])
  assert.ok(components.schemas.Problem)
  assert.equal((await door.app.inject('/docs/')).statusCode, 200)
  assert.match((await door.app.inject('/docs/problems')).body, new RegExp(invalidInput.code))
})
