import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isRaw, type Operation } from '@rialto/kit/contract'
import { inputCheck } from '@rialto/kit/validation'
import fc from 'fast-check'
import { contracts } from '../contracts.ts'
import { comeToRest, contentOf } from './content.ts'
import { type InputShop, openInputShop } from './input-shop.ts'
import { brokenInputs, extremeInputs, type Parts, wholeInputs } from './inputs.ts'

// Whatever is sent to whatever operation by whomever: no fault of ours, no change, and a reason that names the field.

let shop: InputShop
before(async () => {
  shop = await openInputShop()
  await comeToRest(shop.platform.mounted)
})
after(() => shop?.close())

const operations = contracts.flatMap((contract) => contract.operations).filter(({ internal }) => !internal)
// Ending the session would make the rest of the run a stranger's.
const asked = operations.filter(({ name }) => name !== 'signOut')

test('what is sent below is allowed where it is not broken on purpose', () => {
  for (const operation of asked) {
    for (const { query, body } of fc.sample(wholeInputs(operation, shop.known), { numRuns: 20, seed: 7 })) {
      const check = () => inputCheck(operation).parts({ params: {}, query: texts(query), body })
      assert.doesNotThrow(check, `${operation.name} ${JSON.stringify({ query, body })}`)
    }
  }
})

for (const operation of asked) {
  test(`${operation.service}.${operation.name} refuses what its contract does not allow, and changes nothing`, async () => {
    const before = await contentAt(operation.service)
    await forAll(brokenInputs(operation, shop.known), 'staff', operation, ({ statusCode, body }) => {
      assert.ok([400, 403, 404].includes(statusCode), `${statusCode} ${body}`)
    })
    assert.deepEqual(await contentAt(operation.service), before)
  })
}

for (const operation of asked) {
  test(`${operation.service}.${operation.name} meets every extreme with an answer`, async () => {
    for (const actor of ['staff', 'customer', 'nobody'])
      await forAll(extremeInputs(operation, shop.known), actor, operation, () => {})
  })
}

for (const operation of asked.filter(({ query }) => query?.properties.after)) {
  test(`${operation.service}.${operation.name} takes no cursor that it has not made`, async () => {
    for (const cursor of cursors) {
      const parts = { query: { after: cursor }, body: {} }
      const { statusCode, body } = await send(operation, parts, shop.sessions.staff ?? '')
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
      const reply = await send(operation, parts, shop.sessions[actor] ?? '')
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
  return contentOf(shop.platform.mounted.filter((one) => one.service.contract.name === service))
}

function send(operation: Operation, { query, body }: Parts, token: string) {
  const path = operation.path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(idFor(operation.path, name)))
  const raw = isRaw(operation.body) ? operation.body.raw : undefined
  return shop.platform.app.inject({
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
  return shop.known[prefix ?? ''] ?? 'ord_01h455vb4pex5vsknk084sn02q'
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
