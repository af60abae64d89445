import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { graphBreaks, printGraph } from '@rialto/gateway/graph'
import { isRaw } from '@rialto/kit/contract'
import { buildSchema } from 'graphql'
import { graphFile } from './contract-locks.ts'
import { contracts } from './contracts.ts'

const sdl = printGraph(contracts)
const promised = readFileSync(graphFile, 'utf8')

test('the graph breaks no query that was promised an answer', () => {
  assert.deepEqual(graphBreaks(promised, sdl), [])
})

test('it is noticed when a field, an argument or a value goes missing', () => {
  const without = (text: RegExp) => graphBreaks(promised, promised.replace(text, ''))
  assert.deepEqual(without(/^ {2}handle: String!\n/m), ['Product.handle was removed.'])
  assert.match(without(/^ {2}IN_STOCK\n/m).join(), /IN_STOCK was removed/)
  assert.match(without(/^ {4}input: CreateProductInput!\n/m).join(), /arg input was removed/)
})

test('every public operation but files is in the graph, each with a line that says what it does', () => {
  const schema = buildSchema(sdl)
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}),
  )
  const expected = contracts
    .flatMap(({ operations }) => operations)
    .filter(({ internal, access, body }) => !internal && access !== 'service' && !isRaw(body))
  assert.equal(fields.length, expected.length)
  for (const { name, description } of fields) assert.match(description ?? '', /^[A-Z].{5,}/, name)
})

test('types are named, not numbered or guessed: JSON stands only where anything may stand', () => {
  const anything = sdl.match(/^ {2}\w+: JSON.*$/gm)
  // The data of any event, the schemas of events and operations, and what a browser is given for a passkey.
  const schemas = ['  schema: JSON!', '  query: JSON', '  body: JSON', '  reply: JSON!', '  schema: JSON!']
  assert.deepEqual(anything, ['  data: JSON', ...schemas, '  options: JSON!'])
})

test('values that are the same have one name', () => {
  const enums = [...sdl.matchAll(/^enum (\w+) \{([^}]*)}/gm)].map(([, name = '', values = '']) => ({
    name,
    values: values.replace(/\s+/g, ' '),
  }))
  const alike = [...Map.groupBy(enums, ({ values }) => values).values()].filter((group) => group.length > 1)
  assert.deepEqual(
    alike.map((group) => group.map(({ name }) => name)),
    [],
  )
})

test('every link leads somewhere', () => {
  for (const field of [
    'variant: VariantForSale',
    'product: Product',
    'order: Order',
    'availability: Availability',
  ])
    assert.match(sdl, new RegExp(`^  ${field}$`, 'm'), field)
})
