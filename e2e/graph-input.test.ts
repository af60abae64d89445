import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { printGraph } from '@rialto/gateway/graph'
import fc from 'fast-check'
import { buildSchema } from 'graphql'
import { contracts } from '../contracts.ts'
import { demoAccounts } from '../demo-accounts.ts'
import { type Platform, startPlatform } from '../platform.ts'
import { argumentsOf, questionOf } from './graph-inputs.ts'

// Whatever fits the types of the graph is asked by whomever: answered as the types say, or refused with a reason.

let platform: Platform
let dataDir: string
const sessions: Record<string, string> = { nobody: '' }
const known: string[] = ['ord_01h455vb4pex5vsknk084sn02q']

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rialto-graph-input-'))
  const environment = {
    ...demoAccounts,
    SANDBOX_WAREHOUSE: 'false',
    PORT: '0',
    HOST: '127.0.0.1',
    RIALTO_DATA: dataDir,
    LOG_LEVEL: 'silent',
  }
  platform = await startPlatform({ environment, pages: false })
  const customer = { email: 'fuzz@shop.example', password: 'a long password', name: 'Fuzz' }
  sessions.customer = (await post('/register', customer)).token
  const staff = { email: demoAccounts.RIALTO_ADMIN_EMAIL, password: demoAccounts.RIALTO_ADMIN_PASSWORD }
  sessions.staff = (await post('/sign-in', staff)).token
  await makeThings()
})
after(async () => {
  await platform?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

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
          fc.asyncProperty(argumentsOf(field, known), (variables) => check(query, variables, actor)),
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
  const { statusCode, body } = await platform.app.inject({
    method: 'POST',
    url: '/graphql',
    payload: { query, variables },
    headers: sessions[actor] ? { authorization: `Bearer ${sessions[actor]}` } : {},
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

async function post(path: string, payload: object, token?: string) {
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  return (await platform.app.inject({ method: 'POST', url: `/api${path}`, payload, headers })).json()
}

/** Something of each kind, so that questions are about things that are there. */
async function makeThings(): Promise<void> {
  const { staff, customer } = sessions
  const variants = ['S', 'M'].map((Size) => ({ options: { Size }, price: { amount: 100, currency: 'EUR' } }))
  const category = await post('/categories', { name: 'Fuzz' }, staff)
  const product = await post('/products', { title: 'Fuzz', status: 'active', variants }, staff)
  const action = { kind: 'percent', percent: 10 }
  const promotion = await post('/promotions', { label: 'Fuzz', coupon: 'FUZZ', action }, staff)
  const variantId: string = product.variants[0].id
  await post('/cart/items', { variantId }, customer)
  known.push(category.id, product.id, variantId, promotion.id)
}
