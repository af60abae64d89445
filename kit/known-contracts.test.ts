import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ContractInfo, contract, describe, type OperationSpec } from './contract.ts'
import { joined, refusalOf } from './known-contracts.ts'
import { input, Type } from './schema.ts'

const reply = { 200: Type.Object({ name: Type.String() }) }
const read = { method: 'GET', path: '/things/:id', access: 'anyone', summary: 'Read', reply } as const
const make = {
  method: 'POST',
  path: '/things',
  access: 'anyone',
  summary: 'Make',
  body: input({ name: Type.String() }),
  reply,
} as const
const more = {
  ...make,
  body: input({ name: Type.String(), size: Type.Optional(Type.Integer()) }),
} as const
const list = { ...read, path: '/things', summary: 'List' } as const

function version(name: string, specs: Record<string, OperationSpec>, number = 1): ContractInfo {
  return describe(contract(name, { version: number, summary: 'For tests' }, specs))
}

const early = version('things', { read, make })
const late = version('things', { read, make: more, list })
const others = version('others', { readOther: { ...read, path: '/others/:id' } })

const namesOf = (operations: readonly { name: string }[]) => operations.map(({ name }) => name)
const learnedNames = ({ learned }: { learned: readonly ContractInfo[] }) =>
  namesOf(learned.flatMap(({ operations }) => operations))
const bodyOf = ({ contracts }: { contracts: readonly ContractInfo[] }) =>
  contracts.flatMap(({ operations }) => operations).find(({ name }) => name === 'make')?.body

test('a new service is served beside those that were built in', () => {
  const known = joined([others], [early])
  assert.deepEqual(namesOf(known.contracts), ['others', 'things'])
  assert.deepEqual(namesOf(known.learned), ['things'])
  assert.deepEqual(learnedNames(known).slice(0, 2), ['read', 'make'])
  assert.deepEqual(joined([others], []).learned, [])
})

test('of a service that was built in, only operations that are new are learned', () => {
  const known = joined([early], [late])
  assert.deepEqual(learnedNames(known), ['list'])
  assert.equal(bodyOf(known), make.body)
  assert.deepEqual(joined([late], [early]), { contracts: [late], learned: [] })
})

test('while two versions live an operation is as the older one promises, in whatever order they came', () => {
  for (const living of [
    [early, late],
    [late, early],
  ]) {
    const known = joined([], living)
    assert.equal(bodyOf(known), make.body)
    assert.ok(learnedNames(known).includes('list'))
  }
  assert.equal(bodyOf(joined([], [late])), more.body)
})

test('what is internal is not learned', () => {
  const secret = version('secrets', {
    secret: { ...list, internal: true },
    ask: { ...make, access: 'service' },
  })
  const names = learnedNames(joined([], [secret]))
  assert.ok(!names.includes('secret') && !names.includes('ask'))
})

test('a later and an earlier version are both taken on', () => {
  assert.equal(refusalOf(late, [early, others]), undefined)
  assert.equal(refusalOf(early, [late, others]), undefined)
  assert.equal(refusalOf(version('things', { read: list, make }, 2), [early]), undefined)
})

test('what breaks a promise, or takes what is another’s, is refused with the reason', () => {
  const wrong: readonly (readonly [ContractInfo, RegExp])[] = [
    [version('things', { read, list }), /breaks what was promised: things: make is gone/],
    [version('things', { read: { ...read, path: '/goods/:id' }, make }), /was GET \/things\/:id, is GET/],
    [version('goods', { readGood: read }), /readGood is at GET \/things\/:, where things has read/],
    [version('goods', { readGood: { ...read, path: '/things/:other' } }), /where things has read/],
    [version('goods', { read: { ...read, path: '/goods/:id' } }), /things has an operation named read, too/],
    [
      version('goods', { one: { ...read, path: '/goods' }, two: { ...list, path: '/goods' } }),
      /where it has one/,
    ],
  ]
  for (const [contract, reason] of wrong) assert.match(refusalOf(contract, [early, others]) ?? '', reason)
})
