import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { productChanged } from '@rialto/catalog/contract'
import { stockChanged } from '@rialto/inventory/contract'
import { idOf, openGraph } from './testing.ts'

// Whole answers of the graph that are kept, as those of REST are: what is asked for by GET, and is the same for everyone.

const query = `{ product(id: "${idOf('prod', 1)}") { title variants { id availability { available } } } }`
let graph: Awaited<ReturnType<typeof openGraph>>
beforeEach(async () => {
  graph = await openGraph()
})
afterEach(() => graph.app.close())

test('what is asked for by GET is kept until anything in it changes', async () => {
  const first = await graph.get({ query })
  assert.match(String(first.reply.headers['cache-control']), /s-maxage=5,/)
  const again = await graph.get({ query })
  assert.deepEqual([again.data, again.reply.headers.etag], [first.data, first.reply.headers.etag])
  assert.deepEqual(graph.names(), ['getProduct', 'getAvailability'])
  await graph.say(stockChanged.name, idOf('var', 3))
  await graph.get({ query })
  assert.deepEqual(graph.names().slice(2), ['getAvailability'])
  await graph.say(productChanged.name, idOf('prod', 1))
  await graph.get({ query })
  assert.deepEqual(graph.names().slice(3), ['getProduct'])
})

test('whoever has the answer is told so', async () => {
  const { reply } = await graph.get({ query })
  const headers = { 'if-none-match': String(reply.headers.etag) }
  const again = await graph.app.inject({ url: '/graphql', query: { query }, headers })
  assert.equal(again.statusCode, 304)
})

for (const [what, asked] of Object.entries({
  'with something of the visitor in it': { query: `${query.slice(0, -1)} basket { whose } }` },
  'with an error in it': { query: '{ product(id: "none") { title } }' },
  'of which nothing may be kept': { query: '{ products(first: 1) { nodes { title } } }' },
  'to nothing that is asked of a service': { query: '{ __typename }' },
})) {
  test(`an answer ${what} is not kept`, async () => {
    for (let time = 0; time < 2; time++) {
      const { reply } = await graph.get(asked)
      assert.deepEqual([reply.headers['cache-control'], reply.headers.etag], ['no-store', undefined])
    }
  })
}

test('a question that is posted is asked each time, and staff always see the present', async () => {
  await graph.get({ query })
  const posted = await graph.ask(query)
  assert.equal(posted.reply.headers['cache-control'], 'no-store')
  const { reply } = await graph.get({ query }, { authorization: 'Bearer good' })
  assert.equal(reply.headers['cache-control'], 'no-store')
})
