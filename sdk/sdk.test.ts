import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { contract } from '@rialto/kit/contract'
import { problem } from '@rialto/kit/problem'
import { input, Page, paging, Type } from '@rialto/kit/schema'
import { ApiProblem, createClient, every, isProblem, type Send } from './sdk.ts'

const soldOut = problem('sold-out', 409, 'It is sold out', { left: Type.Integer() })
const gone = problem('gone', 409, 'It is gone')
const reply = { 200: Type.Object({ id: Type.String() }) }
const things = contract(
  'things',
  { version: 1, summary: 'For tests' },
  {
    read: { method: 'GET', path: '/things/:id', access: 'anyone', summary: 'Read', reply },
    list: {
      method: 'GET',
      path: '/things',
      access: 'anyone',
      summary: 'List',
      query: Type.Object({ ...paging, q: Type.Optional(Type.String()) }),
      reply: { 200: Page(Type.Object({ id: Type.Integer() })) },
    },
    make: {
      method: 'POST',
      path: '/things',
      access: 'anyone',
      summary: 'Make',
      body: input({ name: Type.String() }),
      reply,
      problems: [soldOut],
    },
    change: {
      method: 'PATCH',
      path: '/things/:id',
      access: 'anyone',
      summary: 'Change',
      body: input({}),
      reply,
    },
    remove: {
      method: 'DELETE',
      path: '/things/:id',
      access: 'anyone',
      summary: 'Remove',
      reply: { 204: Type.Null() },
    },
    upload: {
      method: 'POST',
      path: '/files',
      access: 'anyone',
      summary: 'Upload',
      body: { raw: 'text/csv', maxBytes: 10 },
      reply,
    },
  },
)

type Request = Parameters<Send>[0]
type Answer = { status?: number; body?: unknown; retryAfter?: string } | Error

let asked: Request[]
let answers: Answer[]
beforeEach(() => {
  asked = []
  answers = []
})

/** Gives the answers in their order, and the last one again and again. */
const send: Send = async (request) => {
  asked.push(request)
  request.signal?.throwIfAborted()
  const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? {}
  if (answer instanceof Error) throw answer
  const { status = 200, body = { id: '1' }, retryAfter } = answer
  const headers = new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter })
  return { status, headers, text: typeof body === 'string' ? body : JSON.stringify(body) }
}

const away: Answer = { status: 503, body: { code: 'unavailable', detail: 'Away.' } }
const lost = () => new TypeError('fetch failed')
const patient = () => createClient({ send, retries: 3 })

test('an operation is called with its input, and answers with its reply', async () => {
  const call = createClient({ send, headers: { authorization: 'Bearer x' } })
  assert.deepEqual(await call(things.read, { id: 'a/b' }), { id: '1' })
  await call(things.make, { name: 'x' }, { idempotencyKey: 'k', expectedVersion: 3 })
  assert.deepEqual(
    asked.map(({ method, path, body }) => [method, path, body]),
    [
      ['GET', '/api/things/a%2Fb', undefined],
      ['POST', '/api/things', '{"name":"x"}'],
    ],
  )
  assert.deepEqual(asked[1]?.headers, {
    authorization: 'Bearer x',
    'content-type': 'application/json',
    'idempotency-key': 'k',
    'if-match': '"3"',
  })
  answers = [{ status: 204, body: '' }]
  assert.equal(await call(things.remove, { id: '1' }), null)
})

test('a problem is thrown as one, and told apart by its declaration', async () => {
  answers = [{ status: 409, body: { code: 'sold-out', detail: 'None is left.', left: 0 } }]
  const error = await createClient({ send })(things.make, { name: 'x' }).catch((thrown) => thrown)
  assert.ok(error instanceof ApiProblem && isProblem(error, soldOut))
  const left: number = error.details.left
  assert.deepEqual([error.status, error.message, left], [409, 'None is left.', 0])
  assert.ok(!isProblem(error, gone) && !isProblem(lost(), soldOut))
})

test('what is no answer of the shop is a problem, too', async () => {
  answers = [{ status: 502, body: '<html>Bad gateway</html>' }]
  await assert.rejects(createClient({ send })(things.read, { id: '1' }), { status: 502, code: 'unknown' })
})

test('nothing is repeated unless it is asked for', async () => {
  answers = [away]
  await assert.rejects(createClient({ send })(things.read, { id: '1' }), { status: 503 })
  assert.deepEqual([asked.length, asked[0]?.headers], [1, {}])
})

test('what may be repeated is, under one key', async () => {
  answers = [away, lost(), { status: 409, body: { code: 'request-in-progress', detail: '' } }, {}]
  assert.deepEqual(await patient()(things.make, { name: 'x' }), { id: '1' })
  const keys = new Set(asked.map(({ headers }) => headers['idempotency-key']))
  assert.ok(asked.length === 4 && keys.size === 1 && !keys.has(undefined))
  asked = []
  answers = [away, {}]
  await patient()(things.make, { name: 'x' }, { idempotencyKey: 'mine' })
  assert.deepEqual(
    asked.map(({ headers }) => headers['idempotency-key']),
    ['mine', 'mine'],
  )
})

test('what may not be repeated, and what would be refused again, is not', async () => {
  answers = [away]
  async function* file() {
    yield Buffer.from('a')
  }
  await assert.rejects(patient()(things.change, { id: '1' }), { status: 503 })
  await assert.rejects(patient()(things.upload, { body: file() }), { status: 503 })
  answers = [{ status: 409, body: { code: 'sold-out', detail: '' } }]
  await assert.rejects(patient()(things.make, { name: 'x' }), { code: 'sold-out' })
  assert.equal(asked.length, 3)
})

test('in the end the last failure is told', async () => {
  answers = [away, lost()]
  await assert.rejects(createClient({ send, retries: 2 })(things.read, { id: '1' }), TypeError)
  assert.equal(asked.length, 3)
})

test('the shop says how long to wait', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  answers = [{ ...away, retryAfter: '2' }, {}]
  const asking = patient()(things.read, { id: '1' })
  for (let count = 0; count < 5; count++) await Promise.resolve()
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  await settled()
  t.mock.timers.tick(1_999)
  await settled()
  assert.equal(asked.length, 1)
  t.mock.timers.tick(1)
  assert.deepEqual(await asking, { id: '1' })
})

test('whoever gives up waits no longer, not even between two attempts', async () => {
  const controller = new AbortController()
  answers = [{ ...away, retryAfter: '5' }]
  const asking = patient()(things.read, { id: '1' }, { signal: controller.signal })
  controller.abort(new Error('not wanted any more'))
  await assert.rejects(asking, /not wanted any more/)
  await assert.rejects(patient()(things.read, { id: '1' }, { timeoutMs: 1 }), { name: 'TimeoutError' })
})

test('a list is read to its end, each page when it is needed', async () => {
  const pages = [1, 2, 3].map((id) => ({ body: { items: [{ id }], ...(id < 3 && { next: `p${id}` }) } }))
  answers = [...pages]
  const ids: number[] = []
  for await (const { id } of every(patient(), things.list, { q: 'x', limit: 1 })) ids.push(id)
  assert.deepEqual(ids, [1, 2, 3])
  assert.deepEqual(
    asked.map(({ path }) => path),
    ['/api/things?limit=1&q=x', '/api/things?after=p1&limit=1&q=x', '/api/things?after=p2&limit=1&q=x'],
  )
  answers = [...pages]
  asked = []
  for await (const _ of every(patient(), things.list, {})) break
  assert.equal(asked.length, 1)
})
