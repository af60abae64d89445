import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contract, describe, type Operation } from '@rialto/kit/contract'
import { publicOperations } from '@rialto/kit/known-contracts'
import { entity, oneOf, Type } from '@rialto/kit/schema'
import { type GraphQLField, type GraphQLFieldMap, printSchema, validateSchema } from 'graphql'
import { buildGraph } from './graph.ts'
import { contracts } from './testing-contracts.ts'

const schema = buildGraph(contracts.flatMap(publicOperations))
const sdl = printSchema(schema)

/** The lines of one definition, without what is said about it. */
function definition(name: string): string {
  const found = new RegExp(`^(?:type|input|enum) ${name}\\b[^}]*}`, 'm').exec(sdl)?.[0] ?? ''
  return found.replace(/ *"""[\s\S]*?"""\n|^\n/gm, '')
}

/** The line of a root field, with all of its arguments. */
function field(root: string, name: string): string {
  const { args = [], type } = rootFields(root)[name] ?? ({} as Partial<GraphQLField<unknown, unknown>>)
  const listed = args.map((arg) => `${arg.name}: ${arg.type}`)
  return `${name}${listed.length > 0 ? `(${listed.join(', ')})` : ''}: ${type}`
}

function rootFields(root: string): GraphQLFieldMap<unknown, unknown> {
  const type = root === 'Query' ? schema.getQueryType() : schema.getMutationType()
  return type?.getFields() ?? {}
}

test('the graph is valid', () => assert.deepEqual(validateSchema(schema), []))

test('a named schema is a type, with what follows from its links', () => {
  assert.equal(
    definition('Product'),
    `type Product {
  id: ID!
  title: String!
  size: Size!
  options: [NamedValue!]!
  parts: [ProductPart!]!
  variants: [Variant!]!
  createdAt: DateTime!
}`,
  )
  assert.equal(
    definition('Variant'),
    `type Variant {
  id: ID!
  productId: ID!
  price: Money!
  weight: SafeInt!
  product: Product
  availability: Availability
}`,
  )
  assert.equal(definition('Size'), 'enum Size {\n  EXTRA_SMALL\n  LARGE\n}')
  assert.match(sdl, /"""A thing that is sold"""\ntype Product/)
})

test('reads are queries, the rest are mutations, each with what it takes', () => {
  assert.equal(field('Query', 'product'), 'product(id: ID!): Product!')
  assert.equal(
    field('Query', 'products'),
    'products(first: Int, after: String, ids: [ID!], size: Size): ProductConnection!',
  )
  assert.equal(field('Query', 'variants'), 'variants(ids: [ID!]!): [Variant!]!')
  assert.equal(field('Query', 'estimate'), 'estimate(input: EstimateInput!): EstimateResult!')
  assert.equal(
    field('Mutation', 'createProduct'),
    'createProduct(input: CreateProductInput!, idempotencyKey: String): Product!',
  )
  assert.equal(field('Mutation', 'removeProduct'), 'removeProduct(id: ID!, expectedVersion: Int): Boolean!')
  assert.equal(
    field('Mutation', 'addBasketItem'),
    'addBasketItem(input: AddBasketItemInput!, idempotencyKey: String): Basket!',
  )
})

test('what is taken has types of its own; a choice is one object with the fields of all', () => {
  assert.equal(
    definition('CreateProductInput'),
    `input CreateProductInput {
  title: String!
  size: Size
  options: [NamedValueInput!]
  rate: CreateProductRateInput
  parentId: ID
}`,
  )
  assert.equal(
    definition('CreateProductRateInput'),
    `input CreateProductRateInput {
  kind: CreateProductRateKind!
  price: MoneyInput
  perKilogram: SafeInt
}`,
  )
})

test('what is internal, for services alone or a file is not in the graph', () => {
  for (const name of ['takeStock', 'tellSecret', 'sendFile', 'resolveSession'])
    assert.ok(!sdl.includes(name), name)
})

test('two things of one name are refused when the graph is made', () => {
  const twice = (make: (title: string) => Parameters<typeof replying>[0]) =>
    buildGraph([replying(make('a'), 'getOne'), replying(make('b'), 'getOther')])
  assert.throws(
    () => twice((name) => entity('Thing', { [name]: Type.String() })),
    /Two schemas are named Thing/,
  )
  assert.throws(
    () => twice((name) => entity(`T${name}`, { size: oneOf(['s', name], { title: 'Size' }) })),
    /Two lists of values are named Size/,
  )
})

function replying(reply: ReturnType<typeof entity>, name: string): Operation {
  const spec = {
    method: 'GET',
    path: '/x',
    access: 'anyone',
    summary: 'Read',
    reply: { 200: reply },
  } as const
  const { operations } = describe(contract('x', { version: 1, summary: 'x' }, { [name]: spec }))
  return operations[0] as Operation
}
