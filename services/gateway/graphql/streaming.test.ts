import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { notFound } from '@rialto/kit/problem'
import { createClient } from 'graphql-sse'
import { idOf, openGraph } from './testing.ts'
import { stockMoved } from './testing-contracts.ts'

const variantId = idOf('var', 3)
const subscription = `subscription ($ids: [ID!]!) {
  availability(variantIds: $ids) { available variant { id price { amount } } }
}`

async function openShop(t: TestContext) {
  const stock = { available: 3, isThere: true }
  const graph = await openGraph({
    liveTimes: { gapMs: 5, checkMs: { owned: 50, shared: 50 } },
    more: {
      getAvailability: ({ variantIds }) => {
        if (!stock.isThere) throw notFound('There is no stock.')
        return {
          items: (variantIds as string[]).map((id) => ({ variantId: id, available: stock.available })),
        }
      },
    },
  })
  const url = await graph.app.listen({ port: 0, host: '127.0.0.1' })
  const client = createClient({ url: `${url}/graphql`, retryAttempts: 0 })
  t.after(async () => {
    client.dispose()
    await graph.app.close()
  })
  const about = {
    id: 'm',
    version: 1,
    aggregateId: variantId,
    aggregateVersion: 1,
    source: 's',
    at: '',
    attempt: 1,
  }
  return {
    ...graph,
    client,
    stock,
    move: () => graph.broker.publish([{ ...about, name: stockMoved.name, data: {} }]),
    openStream: (body: object, headers = {}) =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
        body: JSON.stringify(body),
      }),
  }
}

type Told = { data?: { availability: { available: number; variant: { id: string } }[] } }

test('a client of GraphQL over SSE hears of every change, with what is joined', async (t) => {
  const { client, stock, move } = await openShop(t)
  const seen: unknown[] = []
  for await (const told of client.iterate({ query: subscription, variables: { ids: [variantId] } })) {
    const [first] = (told as Told).data?.availability ?? []
    seen.push([first?.available, first?.variant.id])
    if (first?.available === 1) break
    stock.available--
    await move()
  }
  assert.deepEqual(seen, [
    [3, variantId],
    [2, variantId],
    [1, variantId],
  ])
})

test('what may not be seen any more is told as an error, and completed', async (t) => {
  const { client, stock } = await openShop(t)
  const told: { errors?: readonly { extensions: { code?: string } }[] }[] = []
  for await (const next of client.iterate({ query: subscription, variables: { ids: [variantId] } })) {
    told.push(next as never)
    stock.isThere = false
  }
  assert.deepEqual(
    told.map(({ errors }) => errors?.[0]?.extensions.code),
    [undefined, 'not-found'],
  )
})

test('queries and changes are answered on a stream, too', async (t) => {
  const { client } = await openShop(t)
  const told: unknown[] = []
  for await (const next of client.iterate({ query: '{ products(first: 1) { nodes { title } } }' }))
    told.push(next)
  assert.deepEqual(told, [{ data: { products: { nodes: [{ title: 'Product 1' }] } } }])
})

test('what is wrong with a question is told on the stream, with the words of the graph', async (t) => {
  const { openStream } = await openShop(t)
  const wrong = async (body: object) => (await openStream(body)).text()
  assert.match(
    await wrong({ query: 'subscription { nothing }' }),
    /^event: next\ndata: .*query-invalid.*\n\nevent: complete/,
  )
  assert.match(await wrong({ query: subscription, variables: {} }), /query-invalid/)
  assert.match(await wrong({ query: subscription, variables: { ids: ['x'] } }), /invalid-input/)
  const two =
    'subscription { a: availability(variantIds: ["x"]) { available } b: availability(variantIds: ["x"]) { available } }'
  assert.match(await wrong({ query: two }), /only one|must select only/i)
  const deep = `subscription { ${'a { '.repeat(20)} b ${'} '.repeat(20)} }`
  assert.match(await wrong({ query: deep }), /query-too-large/)
  const foreign = await openStream({ query: '{ shop { name } }' }, { origin: 'https://evil.example' })
  assert.match(await foreign.text(), /forbidden/)
})

test('a subscription that is asked for as one answer is refused with the way to ask', async (t) => {
  const { ask } = await openShop(t)
  const { errors } = await ask(subscription, { ids: [variantId] })
  assert.match(errors?.[0]?.message ?? '', /Accept: text\/event-stream/)
})
