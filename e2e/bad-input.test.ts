import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isRaw, type Operation } from '@rialto/kit/contract'
import { inputCheck } from '@rialto/kit/validation'
import fc from 'fast-check'
import { contracts } from '../contracts.ts'
import { demoAccounts } from '../demo-accounts.ts'
import { type Platform, startPlatform } from '../platform.ts'
import { comeToRest, contentOf } from './content.ts'
import { brokenInputs, extremeInputs, type Parts, wholeInputs } from './inputs.ts'
import { withoutLimits } from './without-limits.ts'

// Whatever is sent to whatever operation by whomever: no fault of ours, no change, and a reason that names the field.

let platform: Platform
let dataDir: string
const sessions: Record<string, string> = { nobody: '' }

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rialto-bad-input-'))
  const environment = {
    ...demoAccounts,
    SANDBOX_WAREHOUSE: 'false',
    PORT: '0',
    HOST: '127.0.0.1',
    RIALTO_DATA: dataDir,
    LOG_LEVEL: 'silent',
    ...withoutLimits,
  }
  platform = await startPlatform({ environment, pages: false })
  const customer = { email: 'fuzz@shop.example', password: 'a long password', name: 'Fuzz' }
  sessions.customer = (await post('/register', customer)).token
  const staff = { email: demoAccounts.RIALTO_ADMIN_EMAIL, password: demoAccounts.RIALTO_ADMIN_PASSWORD }
  sessions.staff = (await post('/sign-in', staff)).token
  await makeThings()
})
after(async () => {
  await platform.stop()
  await rm(dataDir, { recursive: true, force: true })
})

const operations = contracts.flatMap((contract) => contract.operations).filter(({ internal }) => !internal)
// Ending the session would make the rest of the run a stranger's.
const asked = operations.filter(({ name }) => name !== 'signOut')

const known: Record<string, string> = {}

test('what is sent below is allowed where it is not broken on purpose', () => {
  for (const operation of asked) {
    for (const { query, body } of fc.sample(wholeInputs(operation, known), { numRuns: 20, seed: 7 })) {
      const check = () => inputCheck(operation).parts({ params: {}, query: texts(query), body })
      assert.doesNotThrow(check, `${operation.name} ${JSON.stringify({ query, body })}`)
    }
  }
})

for (const operation of asked) {
  test(`${operation.service}.${operation.name} refuses what its contract does not allow, and changes nothing`, async () => {
    const before = await contentAt(operation.service)
    await forAll(brokenInputs(operation, known), 'staff', operation, ({ statusCode, body }) => {
      assert.ok([400, 403, 404].includes(statusCode), `${statusCode} ${body}`)
    })
    assert.deepEqual(await contentAt(operation.service), before)
  })
}

for (const operation of asked) {
  test(`${operation.service}.${operation.name} meets every extreme with an answer`, async () => {
    for (const actor of ['staff', 'customer', 'nobody'])
      await forAll(extremeInputs(operation, known), actor, operation, () => {})
  })
}

for (const operation of asked.filter(({ query }) => query?.properties.after)) {
  test(`${operation.service}.${operation.name} takes no cursor that it has not made`, async () => {
    for (const cursor of cursors) {
      const parts = { query: { after: cursor }, body: {} }
      const { statusCode, body } = await send(operation, parts, sessions.staff ?? '')
      assert.ok(statusCode < 500, `${cursor} ${statusCode} ${body}`)
    }
  })
}

const cursors = [
  [1, 2],
  ['zzz', 'y'],
  ['infinity', ''],
  ['0000-01-01T00:00:00.000Z', 'a'],
  ['a\0'],
  ['\ud800'],
  [null],
  [1e308],
  [[]],
]
  .map((values) => Buffer.from(JSON.stringify(values)).toString('base64url'))
  .concat('x', '%', '\0', Buffer.from('{').toString('base64url'))

/** Sends inputs of a kind and checks what holds for every answer. */
async function forAll(
  inputs: fc.Arbitrary<Parts>,
  actor: string,
  operation: Operation,
  check: (reply: { statusCode: number; body: string }) => void,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(inputs, async (parts) => {
      const reply = await send(operation, parts, sessions[actor] ?? '')
      const { statusCode, body } = reply
      assert.ok(statusCode < 500 || statusCode === 503, `${statusCode} ${body}`)
      if (statusCode >= 400) assertProblem(body)
      assert.doesNotMatch(body, /node_modules|\.ts:\d+|at async|violates|syntax for type/)
      check(reply)
    }),
    { numRuns: 25 },
  )
}

function assertProblem(body: string): void {
  const problem = JSON.parse(body)
  assert.ok(problem.code && problem.title && problem.detail && problem.requestId, body)
  if (problem.code === 'invalid-input') assert.ok(problem.errors.length > 0 && problem.errors[0].field, body)
}

function contentAt(service: string) {
  return contentOf(platform.mounted.filter((one) => one.service.contract.name === service))
}

function send(operation: Operation, { query, body }: Parts, token: string) {
  const path = operation.path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(idFor(operation.path, name)))
  const raw = isRaw(operation.body) ? operation.body.raw : undefined
  return platform.app.inject({
    method: operation.method,
    url: `/api${path}?${searchOf(query)}`,
    headers: {
      ...(operation.body && { 'content-type': raw ?? 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(operation.body && { payload: raw ? 'Handle,Title' : JSON.stringify(body) }),
  })
}

/** The thing that an address is about: one that is there, as far as there is one of its kind. */
function idFor(path: string, name: string): string {
  const prefixes = {
    products: 'prod',
    variants: 'var',
    categories: 'cat',
    promotions: 'promo',
    stock: 'var',
    webhooks: 'whk',
  }
  const room = path.split('/')[1] ?? ''
  const prefix = name === 'variantId' ? 'var' : (prefixes as Record<string, string>)[room]
  return known[prefix ?? ''] ?? 'ord_01h455vb4pex5vsknk084sn02q'
}

function searchOf(query: Parts['query']): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat(2))
      search.append(name, typeof one === 'object' ? JSON.stringify(one) : String(one))
  return search.toString()
}

/** Query values as they arrive. */
function texts(query: Parts['query']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(String) : String(value),
    ]),
  )
}

async function post(path: string, payload: object, token?: string) {
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  return (await platform.app.inject({ method: 'POST', url: `/api${path}`, payload, headers })).json()
}

/** Something of each kind, so that inputs are about things that are there. */
async function makeThings(): Promise<void> {
  const variants = ['S', 'M'].map((Size) => ({ options: { Size }, price: { amount: 100, currency: 'EUR' } }))
  const category = await post('/categories', { name: 'Fuzz' }, sessions.staff)
  const product = await post('/products', { title: 'Fuzz', status: 'active', variants }, sessions.staff)
  const percent = { kind: 'percent', percent: 10 }
  const promotion = await post(
    '/promotions',
    { label: 'Fuzz', coupon: 'FUZZ', action: percent },
    sessions.staff,
  )
  const webhook = await post(
    '/webhooks',
    { url: 'https://erp.example/hooks', eventTypes: ['order.placed'], enabled: false },
    sessions.staff,
  )
  Object.assign(known, {
    cat: category.id,
    prod: product.id,
    var: product.variants[0].id,
    promo: promotion.id,
    whk: webhook.id,
  })
  await comeToRest(platform.mounted)
}
