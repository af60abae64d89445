import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, test } from 'node:test'
import { getIntrospectionQuery } from 'graphql'
import { idOf, openGraph } from './testing.ts'

let graph: Awaited<ReturnType<typeof openGraph>>
beforeEach(async () => {
  graph = await openGraph()
})
afterEach(() => graph.app.close())

const change = 'mutation { signOut }'
const nested = (levels: number) =>
  `{ basket { items { variant ${'{ product { variants '.repeat(levels)}{ id }${' } }'.repeat(levels)} } } }`

type Reply = Awaited<ReturnType<typeof graph.get>>
const refusals: readonly (readonly [string, () => Promise<Reply>, number, string])[] = [
  ['a change that is sent by GET', () => graph.get({ query: change }), 405, 'method-not-allowed'],
  [
    'another content type',
    () => graph.post(`query=${change}`, { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'unsupported-media-type',
  ],
  ['a malformed body', () => graph.post('{"query":'), 400, 'invalid-input'],
  ['a body that is no object', () => graph.post('"query"'), 400, 'query-invalid'],
  ['a body beyond the limit', () => graph.ask(`# ${'x'.repeat(2_000_000)}`), 413, 'body-too-large'],
  ['several queries in a request', () => graph.post([{ query: '{ __typename }' }]), 400, 'query-too-large'],
  ['no query', () => graph.post({}), 400, 'query-invalid'],
  ['a query that is no GraphQL', () => graph.ask('{ product('), 400, 'query-invalid'],
  [
    'a query that was read by somebody else',
    () => graph.ask('{"kind":"Document","definitions":[]}'),
    400,
    'query-invalid',
  ],
  ['a field that is not there', () => graph.ask('{ secret }'), 400, 'query-invalid'],
  ['variables of the wrong type', () => graph.ask('{ __typename }', []), 400, 'query-invalid'],
  [
    'an operation that is not in the query',
    () => graph.post({ query: '{ __typename }', operationName: 'A b' }),
    400,
    'query-invalid',
  ],
  [
    'a query of too many characters',
    () => graph.ask(`# ${'x'.repeat(20_000)}\n{ a }`),
    400,
    'query-too-large',
  ],
  ['a query of too many words', () => graph.ask(`{ ${'a '.repeat(2_001)} }`), 400, 'query-invalid'],
  ['a query that is too deep', () => graph.ask(nested(6)), 400, 'query-too-large'],
  [
    'too many aliases',
    () => graph.ask(`{ basket { ${many(51, (index) => `a${index}: whose`)} } }`),
    400,
    'query-too-large',
  ],
  [
    'too many fields at the top',
    () => graph.ask(`{ ${many(21, (index) => `a${index}: __typename`)} }`),
    400,
    'query-too-large',
  ],
  [
    'too many fields beside each other',
    () => graph.ask(`{ basket { ${'whose '.repeat(201)} } }`),
    400,
    'query-too-large',
  ],
  [
    'fragments that stand in each other again and again',
    () =>
      graph.ask(`{ ...F0 } ${many(60, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`)}
      fragment F60 on Query { __typename }`),
    400,
    'query-too-large',
  ],
  [
    'lists of lists of lists',
    () =>
      graph.ask(
        '{ products(first: 100) { nodes { variants { product { variants { product { id } } } } } } }',
      ),
    400,
    'query-too-large',
  ],
  [
    'the same by a variable',
    () =>
      graph.ask(
        'query ($n: Int) { products(first: $n) { nodes { variants { product { variants { product { id } } } } } } }',
        { n: 100 },
      ),
    400,
    'query-too-large',
  ],
  [
    'the graph telling of itself again and again',
    () => graph.ask(`{ ${many(3, (index) => `a${index}: __schema { types { name } }`)} }`),
    400,
    'query-too-large',
  ],
  [
    'several attempts to sign in',
    () => {
      const signIn = (name: string) =>
        `${name}: signIn(input: { email: "a@b.example", password: "x" }) { token }`
      return graph.ask(`mutation { ${signIn('a')} ${signIn('b')} }`)
    },
    400,
    'query-too-large',
  ],
]
for (const [what, request, status, code] of refusals) {
  test(`${what} is refused with ${status}`, async () => {
    const { status: given, data, errors } = await request()
    assert.deepEqual([given, data, errors?.[0]?.extensions.code], [status, undefined, code])
    assert.deepEqual(graph.names(), [])
  })
}

function many(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join(' ')
}

test('a page of too many is refused by the name of its argument', async () => {
  for (const first of [0, 101]) {
    const { errors = [] } = await graph.ask(`{ products(first: ${first}) { nodes { id } } }`)
    assert.deepEqual(errors[0]?.extensions.errors, [{ field: 'first', message: 'must be from 1 to 100' }])
  }
})

test('what is asked by GET is answered', async () => {
  const query = 'query ($id: ID!) { product(id: $id) { title } }'
  const { status, data } = await graph.get({ query, variables: JSON.stringify({ id: '1' }) })
  assert.deepEqual([status, data], [200, { product: { title: 'Product 1' } }])
})

test('a query is kept under its hash once it was answered', async () => {
  const query = '{ product(id: "1") { title } }'
  const sha256Hash = createHash('sha256').update(query).digest('hex')
  const extensions = { persistedQuery: { version: 1, sha256Hash } }
  const unknown = await graph.post({ extensions })
  assert.deepEqual([unknown.status, unknown.errors?.[0]?.message], [200, 'PersistedQueryNotFound'])
  assert.equal(unknown.errors?.[0]?.extensions.code, 'PERSISTED_QUERY_NOT_FOUND')
  const other = await graph.post({ query: '{ __typename }', extensions })
  assert.equal(other.errors?.[0]?.extensions.code, 'query-invalid')
  assert.equal((await graph.post({ extensions })).errors?.length, 1)
  await graph.post({ query, extensions })
  const expected = { product: { title: 'Product 1' } }
  assert.deepEqual((await graph.post({ extensions })).data, expected)
  assert.deepEqual((await graph.get({ extensions: JSON.stringify(extensions) })).data, expected)
})

test('a query that cannot be answered is not kept', async () => {
  const query = '{ nothing }'
  const sha256Hash = createHash('sha256').update(query).digest('hex')
  const extensions = { persistedQuery: { version: 1, sha256Hash } }
  await graph.post({ query, extensions })
  assert.equal((await graph.post({ extensions })).errors?.[0]?.message, 'PersistedQueryNotFound')
})

test('the graph tells of itself only where it is switched on', async () => {
  assert.ok((await graph.ask(getIntrospectionQuery())).data)
  const sdl = await graph.app.inject('/graphql/schema.graphql')
  assert.match(sdl.body, /^type Query \{/m)
  const silent = await openGraph({ introspection: false })
  const { status, errors = [] } = await silent.ask(getIntrospectionQuery())
  assert.deepEqual([status, errors[0]?.extensions.code], [400, 'query-invalid'])
  const [misspelt] = (await silent.ask('{ produkt(id: "1") { id } }')).errors ?? []
  assert.equal(misspelt?.message, 'Cannot query field "produkt" on type "Query".')
  assert.equal((await silent.app.inject('/graphql/schema.graphql')).statusCode, 404)
  assert.deepEqual((await silent.ask('{ __typename }')).data, { __typename: 'Query' })
  await silent.app.close()
})

test('the page to ask from is there in development only, and takes nothing from outside', async () => {
  assert.equal((await graph.app.inject('/graphql/explorer')).headers.location, '/graphql/explorer/')
  const page = await graph.app.inject('/graphql/explorer/')
  assert.match(String(page.headers['content-security-policy']), /^default-src 'self';/)
  const files = [...page.body.matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+)"/g)].map(
    ([, file = '']) => file,
  )
  assert.ok(files.length > 3)
  for (const file of files) {
    const { statusCode } = await graph.app.inject(`/graphql/explorer/${file}`)
    assert.equal(statusCode, 200, file)
  }
  assert.equal((await graph.app.inject('/graphql/explorer/..%2f..%2fpackage.json')).statusCode, 404)
  const silent = await openGraph({ introspection: false })
  assert.equal((await silent.app.inject('/graphql/explorer/')).statusCode, 404)
  await silent.app.close()
})

test('what another site sends with our cookies is refused', async () => {
  const headers = { cookie: 'rialto_session=good', host: 'shop.example' }
  const evil = await graph.ask(change, undefined, { ...headers, origin: 'https://evil.example' })
  assert.deepEqual([evil.status, evil.errors?.[0]?.extensions.code], [403, 'forbidden'])
  assert.deepEqual(graph.names(), [])
  const own = await graph.ask(change, undefined, { ...headers, origin: 'https://shop.example' })
  assert.deepEqual(own.data, { signOut: true })
})

test('a guest gets one identity with the first thing that is theirs; browsing leaves no cookie', async () => {
  const { reply, data } = await graph.ask('{ basket { whose } again: basket { whose } }')
  const [given, ...others] = reply.cookies
  assert.deepEqual([given?.name, others], ['rialto_guest', []])
  const { basket, again } = data as { basket: object; again: object }
  assert.deepEqual(again, basket)
  const cookie = `rialto_guest=${given?.value}`
  assert.deepEqual((await graph.ask('{ basket { whose } }', undefined, { cookie })).data, { basket })
  assert.deepEqual((await graph.ask('{ product(id: "1") { id } }')).reply.cookies, [])
})

test('signing in sends the cookie of the session, and signing out ends it', async () => {
  const signIn = 'mutation { signIn(input: { email: "a@b.example", password: "x" }) { profile { name } } }'
  const begun = await graph.ask(signIn)
  assert.deepEqual(
    begun.reply.cookies.map(({ name, value }) => [name, value]),
    [['rialto_session', 'good']],
  )
  const ended = await graph.ask(change, undefined, { cookie: 'rialto_session=good' })
  assert.equal(graph.asked.at(-1)?.input.token, 'good')
  assert.equal(ended.reply.cookies.find(({ name }) => name === 'rialto_session')?.value, '')
})

test('an ended session is told of where it matters', async () => {
  const headers = { authorization: 'Bearer bad' }
  const { errors = [] } = await graph.ask('{ basket { whose } }', undefined, headers)
  assert.deepEqual([errors[0]?.extensions.code, errors[0]?.extensions.status], ['unauthenticated', 401])
})

test('every question has a time until which it is worked on', async () => {
  await graph.ask(`{ basket { items { variant { product { id } } } } }`)
  const [first, ...others] = graph.asked.map(({ request }) => request.deadline)
  assert.ok(first && first > Date.now())
  for (const deadline of others) assert.equal(deadline, first)
})

test('an id longer than an address is refused', async () => {
  const { errors = [] } = await graph.ask('query ($id: ID!) { product(id: $id) { id } }', {
    id: 'x'.repeat(256),
  })
  assert.deepEqual(errors[0]?.extensions.errors, [{ field: 'id', message: 'must have 1 to 255 characters' }])
  assert.ok((await graph.ask(`{ product(id: "${idOf('prod', 1)}") { id } }`)).data)
})
