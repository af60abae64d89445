import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ContractInfo, contract, describe, event } from './contract.ts'
import { contractHash } from './contract-hash.ts'
import { problem } from './problem.ts'
import { readContract } from './read-contract.ts'
import { Id, input, Money, Page, paging, Type } from './schema.ts'
import { inputCheck } from './validation.ts'

const soldOut = problem('sold-out', 409, 'It is sold out', { left: Type.Integer() })
const thingMade = event('thing.made', 1, Type.Object({ id: Id('thing') }))
const things = describe(
  contract(
    'things',
    { version: 1, summary: 'For tests', events: [thingMade] },
    {
      list: {
        method: 'GET',
        path: '/things',
        access: ['anyone', 'staff:things'],
        summary: 'List',
        query: Type.Object({ ...paging, ids: Type.Optional(Type.Array(Type.String())) }),
        reply: { 200: Page(Type.Object({ price: Money })) },
        cache: { seconds: 60, tags: ['thing'] },
        live: { on: [thingMade], by: 'ids' },
      },
      make: {
        method: 'POST',
        path: '/things/:id/parts',
        access: 'shopper',
        summary: 'Make',
        body: input({ name: Type.String(), size: Type.Integer({ default: 1 }) }),
        reply: { 201: Type.Null() },
        problems: [soldOut],
      },
      upload: {
        method: 'POST',
        path: '/things/file',
        access: 'staff:things',
        summary: 'Upload',
        body: { raw: 'text/csv', maxBytes: 10 },
        reply: { 204: Type.Null() },
      },
    },
  ),
)

const sent = (): ContractInfo => JSON.parse(JSON.stringify(things))

/** As it was sent, with its operation `make` changed. */
function changed(change: object): unknown {
  const { operations, ...rest } = sent()
  return {
    ...rest,
    operations: operations.map((each) => (each.name === 'make' ? { ...each, ...change } : each)),
  }
}

test('a contract that was sent is the same contract', () => {
  const read = readContract(sent())
  assert.deepEqual(JSON.parse(JSON.stringify(read)), sent())
  assert.equal(contractHash(read), contractHash(things))
})

test('what nothing of the input names cannot be watched', () => {
  const by = (field: string, method: 'GET' | 'POST' = 'GET') =>
    contract(
      'things',
      { version: 1, summary: 'For tests' },
      {
        read: {
          method,
          path: '/things/:id',
          access: 'anyone',
          summary: 'Read',
          reply: { 200: Type.Null() },
          live: { on: [thingMade], by: field },
        },
      },
    )
  assert.ok(by('id'))
  assert.throws(() => by('name'), /cannot be watched by name/)
  assert.throws(() => by('id', 'POST'), /cannot be watched/)
})

test('input is checked by it as by the contract itself', () => {
  const operation = (name: string) => {
    const [own, read] = [things, readContract(sent())].map(({ operations }) => {
      const found = operations.find((each) => each.name === name)
      assert.ok(found)
      return inputCheck(found)
    })
    return (parts: object) =>
      [own, read].map((check) => {
        try {
          return check?.parts({ params: {}, query: {}, body: undefined, ...parts })
        } catch (error) {
          return (error as Error).message
        }
      })
  }
  const [list, make] = [operation('list'), operation('make')]
  for (const query of [{}, { limit: '5', ids: 'a' }, { limit: '500' }, { limit: 'x' }, { unknown: '1' }]) {
    const [own, read] = list({ query })
    assert.deepEqual(read, own)
  }
  for (const body of [{}, { name: 'x' }, { name: 1 }, { name: 'x', more: 1 }]) {
    const [own, read] = make({ params: { id: '1' }, body })
    assert.deepEqual(read, own)
  }
})

test('what is no contract is refused, and it is told where', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /no contract/],
    [{ ...sent(), name: 'No Name' }, /name/],
    [{ ...sent(), version: 0 }, /version/],
    [changed({ method: 'TRACE' }), /operations\.\d+\.method/],
    [changed({ path: 'things' }), /operations\.\d+\.path/],
    [changed({ path: '/things/*' }), /operations\.\d+\.path/],
    [changed({ access: 'everybody' }), /operations\.\d+\.access/],
    [changed({ reply: {} }), /operations\.\d+\.reply/],
    [changed({ reply: { 200: {}, 201: {} } }), /operations\.\d+\.reply/],
    [changed({ body: { type: 'object', properties: { a: { type: 'nonsense' } } } }), /make has a schema/],
    [changed({ body: { type: 'object', properties: { a: { pattern: '(' } } } }), /make has a schema/],
    [changed({ reply: { 200: { $ref: '#/nowhere' } } }), /make has a schema/],
    [changed({ service: 'others' }), /make is of others/],
    [changed({ name: 'list' }), /two operations are named list/],
    [
      { ...sent(), events: [{ name: 'thing.made', version: 1, schema: { type: 5 } }] },
      /thing\.made has a schema/,
    ],
  ]
  for (const [contract, reason] of wrong) assert.throws(() => readContract(contract), reason)
})
