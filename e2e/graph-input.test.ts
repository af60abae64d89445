import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { printGraph } from '@rialto/gateway/graph'
import fc from 'fast-check'
import { buildSchema } from 'graphql'
import { contracts } from '../contracts.ts'
import { argumentsOf, questionOf } from './graph-inputs.ts'
import { type InputShop, openInputShop } from './input-shop.ts'

// Whatever fits the types of the graph is asked by whomever: answered as the types say, or refused with a reason.

let shop: InputShop
before(async () => {
  shop = await openInputShop()
  const payload = { variantId: shop.known.var }
  const headers = { authorization: `Bearer ${shop.sessions.customer}` }
  await shop.platform.app.inject({ method: 'POST', url: '/api/cart/items', payload, headers })
})
after(() => shop?.close())

let answered = 0
const schema = buildSchema(printGraph(contracts))
const roots = { query: schema.getQueryType(), mutation: schema.getMutationType() }

for (const [root, type] of Object.entries(roots)) {
  for (const field of Object.values(type?.getFields() ?? {})) {
    // Ending the session would make the rest of the run a stranger's.
    if (field.name === 'signOut') continue
    test(`${root} ${field.name} meets whatever fits its types with an answer`, async () => {
      const query = questionOf(root, field)
      for (const actor of ['staff', 'customer', 'nobody']) {
        await fc.assert(
          fc.asyncProperty(argumentsOf(field, things()), (variables) => check(query, variables, actor)),
          { numRuns: 10 },
        )
      }
    })
  }
}

test('many of the questions are answered', () => {
  assert.ok(answered > 400, String(answered))
})

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[]
}

async function check(query: string, variables: object, actor: string): Promise<void> {
  const { statusCode, body } = await shop.platform.app.inject({
    method: 'POST',
    url: '/graphql',
    payload: { query, variables },
    headers: shop.sessions[actor] ? { authorization: `Bearer ${shop.sessions[actor]}` } : {},
  })
  assert.ok(statusCode < 500, `${statusCode} ${body}`)
  const { data, errors = [] } = JSON.parse(body) as Answer
  if (Object.values(data ?? {}).some((part) => part !== null)) answered++
  for (const { message, extensions } of errors) {
    assert.ok(extensions?.code && extensions.code !== 'internal', body)
    assert.notEqual(extensions.code, 'query-too-large', message)
  }
  assert.doesNotMatch(body, /node_modules|\.ts:\d+|at async|violates|syntax for type/)
}

/** Ids that are known, and one that is none's. */
function things(): string[] {
  return [...Object.values(shop.known), 'ord_01h455vb4pex5vsknk084sn02q']
}
