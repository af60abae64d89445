import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { productChanged } from '@rialto/catalog/contract'
import { idOf, openGraph } from './testing.ts'

let graph: Awaited<ReturnType<typeof openGraph>>
beforeEach(async () => {
  graph = await openGraph()
})
afterEach(() => graph.app.close())

test('a query answers with what it asks for, in the ways of the graph', async () => {
  const { status, data } = await graph.ask(`{
    product(id: "${idOf('prod', 1)}") {
      title size options { name value } parts { name } createdAt variants { price { amount } weight }
    }
  }`)
  assert.equal(status, 200)
  const variant = { price: { amount: 100 }, weight: 5_000_000_000 }
  assert.deepEqual(data, {
    product: {
      title: 'Product 1',
      size: 'EXTRA_SMALL',
      options: [{ name: 'Colour', value: 'Red' }],
      parts: [{ name: 'Part' }, { name: null }],
      createdAt: '2026-03-01T10:00:00.000Z',
      variants: [variant, variant],
    },
  })
})

test('what is joined is asked for once for each service and level, however many there are', async () => {
  const { data, errors } = await graph.ask(`{
    products(first: 3) { nodes { variants { availability { available } } } }
    basket { items { variant { price { amount } product { title } availability { variant { id } } } } }
  }`)
  assert.equal(errors, undefined)
  const counts = Object.entries(Object.groupBy(graph.names(), (name) => name)).map(([name, all = []]) => [
    name,
    all.length,
  ])
  assert.deepEqual(Object.fromEntries(counts), {
    // The list itself, and the products of the variants in the basket.
    listProducts: 2,
    getBasket: 1,
    getVariants: 1,
    // Six variants, those of the basket among them, and at most three at once.
    getAvailability: 2,
  })
  const { basket } = data as { basket: { items: unknown } }
  assert.deepEqual(basket.items, [
    bought(2, 100, 'Product 1'),
    bought(3, 100, 'Product 1'),
    bought(4, 200, 'Product 2'),
  ])
})

const bought = (number: number, amount: number, title: string) => ({
  variant: { price: { amount }, product: { title }, availability: { variant: { id: idOf('var', number) } } },
})

test('a list is walked page by page, from any item on', async () => {
  const page = async (args: string) => {
    const query = `{ products(${args}) {
      edges { cursor node { title } } nodes { title }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`
    const { data } = await graph.ask(query)
    return (data as { products: Products }).products
  }
  const titles = ({ edges }: Products) => edges.map(({ node }) => node.title.slice(-1)).join('')
  const first = await page('first: 3')
  assert.deepEqual([titles(first), first.nodes.length], ['123', 3])
  assert.deepEqual(first.pageInfo, {
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: first.edges[0]?.cursor,
    endCursor: first.edges[2]?.cursor,
  })
  const second = await page(`first: 3, after: "${first.pageInfo.endCursor}"`)
  const last = await page(`first: 3, after: "${second.pageInfo.endCursor}"`)
  assert.deepEqual([titles(second), titles(last), last.pageInfo.hasNextPage], ['456', '7', false])
  for (const [index, { cursor }] of [...first.edges, ...second.edges].entries())
    assert.equal(titles(await page(`first: 2, after: "${cursor}"`)), '1234567'.slice(index + 1, index + 3))
})

interface Products {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly title: string } }[]
  readonly nodes: readonly unknown[]
  readonly pageInfo: Readonly<Record<string, unknown>>
}

test('a change hands its input to the operation as the contract has it', async () => {
  const input = {
    title: 'Cap',
    size: 'LARGE',
    options: [{ name: 'Colour', value: 'Blue' }],
    rate: { kind: 'BY_WEIGHT', perKilogram: 5_000_000_000 },
    parentId: null,
  }
  const headers = { authorization: 'Bearer good' }
  const { data } = await graph.ask(
    'mutation ($input: CreateProductInput!) { createProduct(input: $input, idempotencyKey: "k") { title } }',
    { input },
    headers,
  )
  assert.deepEqual(data, { createProduct: { title: 'Cap' } })
  const [{ input: taken, request } = assert.fail()] = graph.asked
  assert.deepEqual(taken, {
    title: 'Cap',
    size: 'large',
    options: { Colour: 'Blue' },
    rate: { kind: 'by-weight', perKilogram: 5_000_000_000 },
    parentId: null,
  })
  assert.deepEqual([request.actor.kind, request.idempotencyKey], ['staff', 'k'])
  await graph.ask('mutation { removeProduct(id: "x", expectedVersion: 3) }', undefined, headers)
  assert.equal(graph.asked.at(-1)?.request.expectedVersion, 3)
})

test('null stands for what is left out, unless the contract knows null', async () => {
  const { data } = await graph.ask(
    'mutation { createProduct(input: { title: "Cap", size: null }) { title } }',
    undefined,
    { authorization: 'Bearer good' },
  )
  assert.deepEqual(data, { createProduct: { title: 'Cap' } })
  assert.deepEqual(graph.asked[0]?.input, { title: 'Cap' })
})

test('an empty reply is true', async () => {
  const { data } = await graph.ask('mutation { removeProduct(id: "x") }')
  assert.deepEqual(data, { removeProduct: true })
})

test('a problem is an error with its code, its status and what it carries; the rest is answered', async () => {
  const {
    status,
    data,
    errors = [],
  } = await graph.ask(
    `mutation { one: addBasketItem(input: { variantId: "${idOf('var', 1)}", quantity: 9 }) { whose }
      two: removeProduct(id: "x") }`,
  )
  assert.deepEqual([status, data], [200, null])
  const [{ message, path, extensions } = assert.fail()] = errors
  assert.deepEqual([message, path], ['There are 2 left.', ['one']])
  const { requestId, ...told } = extensions
  assert.deepEqual(told, { code: 'sold-out', status: 409, left: 2 })
  assert.match(String(requestId), /^req_/)
})

test('input beyond the contract is refused by the name of its field', async () => {
  const { errors = [] } = await graph.ask(
    'mutation { createProduct(input: { title: "Longer than ten" }) { id } }',
    undefined,
    { authorization: 'Bearer good' },
  )
  const { code, errors: fields } = errors[0]?.extensions ?? {}
  assert.deepEqual(
    [code, fields],
    ['invalid-input', [{ field: 'title', message: 'must have at most 10 characters' }]],
  )
  assert.deepEqual(graph.names(), [])
})

test('a bug tells the caller nothing but where to ask', async () => {
  const more = {
    getBasket: () => {
      throw new Error('the password is swordfish')
    },
  }
  const broken = await openGraph({ more })
  const { data, errors = [], reply } = await broken.ask('{ basket { whose } }')
  assert.deepEqual([data, errors[0]?.extensions.code], [null, 'internal'])
  assert.ok(!reply.body.includes('swordfish'))
  await broken.app.close()
})

test('a join that fails leaves the rest of the answer whole', async () => {
  const more = {
    getVariants: () => {
      throw new Error('broken')
    },
  }
  const broken = await openGraph({ more })
  const { data, errors = [] } = await broken.ask('{ basket { whose items { quantity variant { id } } } }')
  const { items } = (data as { basket: { items: unknown[] } }).basket
  assert.deepEqual(items[0], { quantity: 1, variant: null })
  assert.deepEqual(errors[0]?.path, ['basket', 'items', 0, 'variant'])
  await broken.app.close()
})

test('an answer for all is kept until an event drops it; staff always see the present', async () => {
  const query = `{ product(id: "${idOf('prod', 1)}") { title } }`
  const asks = async (headers = {}) => {
    await graph.ask(query, undefined, headers)
    return graph.names().length
  }
  assert.deepEqual([await asks(), await asks(), await asks({ authorization: 'Bearer good' })], [1, 1, 2])
  await graph.say(productChanged.name, idOf('prod', 1))
  assert.equal(await asks(), 3)
})

test('the same query gives the same answer when it is compiled', async () => {
  const query = 'query ($id: ID!) { product(id: $id) { title variants { availability { available } } } }'
  const answers = []
  for (let time = 0; time < 5; time++) answers.push((await graph.ask(query, { id: idOf('prod', 2) })).data)
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  const wrong = await graph.ask(query, { id: null })
  assert.deepEqual([wrong.status, wrong.errors?.[0]?.extensions.code], [400, 'query-invalid'])
})

test('of several operations in one text the one that is named is answered, also when it is compiled', async () => {
  const query = 'query A { product(id: "1") { title } } query B { basket { items { quantity } } }'
  for (let time = 0; time < 5; time++) {
    for (const [operationName, field] of [
      ['A', 'product'],
      ['B', 'basket'],
    ]) {
      const { data } = await graph.post({ query, operationName })
      assert.deepEqual(Object.keys(data ?? {}), [field])
    }
  }
})
