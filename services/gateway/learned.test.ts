import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type ContractInfo, contract, describe, type OperationSpec } from '@rialto/kit/contract'
import { problem } from '@rialto/kit/problem'
import { entity, input, Type } from '@rialto/kit/schema'
import { openDoor } from './testing.ts'

const Points = entity('Points', { points: Type.Integer() })
const noPoints = problem('no-points', 409, 'There are <no> points')
const readPoints = {
  method: 'GET',
  path: '/loyalty/:id',
  access: 'anyone',
  summary: 'Read points',
  query: Type.Object({ since: Type.Optional(Type.Integer()) }),
  reply: { 200: Points },
  cache: { seconds: 60, tags: ['product'] },
} as const
const giveMine = {
  method: 'POST',
  path: '/loyalty/mine',
  access: 'shopper',
  summary: 'Give me points',
  body: input({ points: Type.Integer({ minimum: 1 }) }),
  reply: { 201: Points },
  problems: [noPoints],
} as const
const readNewest = { ...readPoints, path: '/things/newest', summary: 'Read the newest thing' } as const
const removeThing = {
  method: 'DELETE',
  path: '/things/:thingId',
  access: 'anyone',
  summary: 'Remove a thing',
  reply: { 204: Type.Null() },
} as const

function loyalty(specs: Record<string, OperationSpec>): ContractInfo {
  return describe(contract('loyalty', { version: 1, summary: 'Points for orders' }, specs))
}

let reads: number
let door: Awaited<ReturnType<typeof openDoor>>
beforeEach(async () => {
  reads = 0
  door = await openDoor({
    more: {
      readPoints: () => ({ points: ++reads, secret: 'not declared' }),
      giveMine: ({ points }, { actor, idempotencyKey }) => {
        if (points === 13) throw noPoints('There are none today.')
        door.seen.endedToken = [actor.kind, idempotencyKey]
        return { points }
      },
      readNewest: () => ({ points: 7 }),
      removeThing: () => null,
    },
  })
})
afterEach(() => door.app.close())

const document = async () => (await door.app.inject('/openapi.json')).json()

test('an operation that appears in the fleet is served, described, and goes through all that others go through', async () => {
  assert.equal((await door.get('/loyalty/1')).statusCode, 404)
  await door.offer(loyalty({ readPoints, giveMine }))
  const read = await door.get('/loyalty/1')
  assert.deepEqual(read.json(), { points: 1 })
  assert.ok(read.headers['x-request-id'] && read.headers['x-content-type-options'])
  const given = await door.post('/loyalty/mine', { points: 3 }, { 'idempotency-key': 'once' })
  assert.deepEqual(
    [given.statusCode, given.json(), given.cookies[0]?.name],
    [201, { points: 3 }, 'rialto_guest'],
  )
  assert.deepEqual(door.seen.endedToken, ['guest', 'once'])
  const { paths, components, tags } = await document()
  assert.ok(paths['/api/loyalty/{id}'].get && paths['/api/things/{id}'].get && components.schemas.Points)
  assert.ok(tags.some(({ name }: { name: string }) => name === 'loyalty'))
  assert.match(
    (await door.app.inject('/docs/problems')).body,
    /id="no-points".*There are &#60;no&#62; points/,
  )
})

test('an operation that appears in the fleet is in the graph, too', async () => {
  const payload = { query: '{ readLoyaltyPoints(id: "1") { points } }' }
  const ask = async () => (await door.app.inject({ method: 'POST', url: '/graphql', payload })).json()
  assert.equal((await ask()).errors[0].extensions.code, 'query-invalid')
  await door.offer(loyalty({ readPoints, giveMine }))
  assert.deepEqual((await ask()).data, { readLoyaltyPoints: { points: 1 } })
})

test('its input is checked, and its problems are told', async () => {
  await door.offer(loyalty({ readPoints, giveMine }))
  const refused = await door.post('/loyalty/mine', { points: 0, more: 1 })
  assert.deepEqual([refused.statusCode, refused.json().code], [400, 'invalid-input'])
  assert.equal((await door.get('/loyalty/1?since=x')).statusCode, 400)
  const told = await door.post('/loyalty/mine', { points: 13 })
  assert.deepEqual([told.statusCode, told.json().code], [409, 'no-points'])
  const foreign = await door.post('/loyalty/mine', { points: 1 }, { origin: 'https://evil.example' })
  assert.equal(foreign.statusCode, 403)
})

test('its answers are kept as long as those of others', async () => {
  await door.offer(loyalty({ readPoints }))
  for (let count = 0; count < 3; count++) assert.equal((await door.get('/loyalty/1')).json().points, 1)
  await door.say('product.changed')
  assert.equal((await door.get('/loyalty/1')).json().points, 2)
})

test('an address that is known already gets a further method, and a closer name', async () => {
  await door.offer(loyalty({ readNewest, removeThing }))
  assert.deepEqual((await door.get('/things/newest')).json(), { points: 7 })
  assert.deepEqual((await door.get('/things/old')).json(), { id: 'old', seen: 1 })
  assert.equal((await door.app.inject({ method: 'HEAD', url: '/api/things/newest' })).statusCode, 200)
  assert.equal((await door.app.inject({ method: 'DELETE', url: '/api/things/1' })).statusCode, 204)
  const wrong = await door.app.inject({ method: 'PUT', url: '/api/things/1' })
  assert.deepEqual([wrong.statusCode, wrong.headers.allow], [405, 'GET, HEAD, DELETE, OPTIONS'])
  assert.equal((await door.post('/things', { name: 'x' })).statusCode, 201)
})

test('what is learned counts to the same limits as the rest', async () => {
  await door.app.close()
  door = await openDoor({
    environment: { RATE_LIMIT_ACTOR_READS: '3' },
    more: { readPoints: () => ({ points: 1 }) },
  })
  await door.offer(loyalty({ readPoints: { ...readPoints, cache: undefined } }))
  const [guest] = (await door.get('/mine')).cookies
  const statuses: number[] = []
  for (const url of ['/loyalty/1', '/mine', '/loyalty/2', '/loyalty/3'])
    statuses.push((await door.get(url, { cookie: `rialto_guest=${guest?.value}` })).statusCode)
  assert.deepEqual(statuses, [200, 200, 200, 429])
})

test('what is under way is answered when the operations change', async () => {
  await door.offer(loyalty({ readPoints }))
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const begun = new Promise<void>((resolve) => {
    door.seen.hold = () => {
      resolve()
      return held
    }
  })
  const slow = door.get('/loyalty/1')
  await begun
  await door.offer(loyalty({ readPoints, giveMine }))
  release()
  assert.equal((await slow).statusCode, 200)
})

test('a contract that cannot be served beside the others changes nothing', async () => {
  await door.offer(loyalty({ readPoints }))
  const before = await document()
  const Other = entity('Points', { points: Type.String() })
  await door.offer(
    loyalty({ readPoints }),
    describe(
      contract(
        'games',
        { version: 1, summary: 'Games' },
        { readGame: { ...readPoints, path: '/games/:id', reply: { 200: Other } } },
      ),
    ),
  )
  assert.deepEqual(await document(), before)
  assert.equal((await door.get('/games/1')).statusCode, 404)
  assert.equal((await door.get('/loyalty/1')).statusCode, 200)
})

test('a service that is gone is away, not unknown', async () => {
  await door.offer(
    describe(
      contract('away', { version: 1, summary: 'Away' }, { readAway: { ...readPoints, path: '/away/:id' } }),
    ),
  )
  await door.offer()
  const reply = await door.get('/away/1')
  assert.deepEqual([reply.statusCode, reply.json().code, reply.json().service], [503, 'unavailable', 'away'])
})
