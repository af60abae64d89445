import fc, { type Arbitrary } from 'fast-check'
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'

// Questions made from the graph itself: every field with arguments that fit its types and little else.

type Values = Record<string, unknown>

/** Values for all arguments of a field; `known` are ids of things that are there. */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  known: readonly string[],
): Arbitrary<Values> {
  return recordOf(field.args, known)
}

/** A query or mutation that asks a field for all that it can tell, down to things in things in things. */
export function questionOf(root: string, field: GraphQLField<unknown, unknown>): string {
  const declared = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ')
  const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ')
  const within = (text: string) => (text === '' ? '' : `(${text})`)
  return `${root}${within(declared)} { ${field.name}${within(passed)} ${selectionOf(field.type, 4)} }`
}

function selectionOf(given: GraphQLOutputType, levels: number): string {
  const type = getNamedType(given)
  if (!isObjectType(type)) return ''
  const fields = Object.values(type.getFields()).flatMap(({ name, type: inner }) => {
    if (isLeafType(getNamedType(inner))) return [name]
    return levels > 1 ? [`${name} ${selectionOf(inner, levels - 1)}`] : []
  })
  return `{ __typename ${fields.join(' ')} }`
}

function recordOf(
  parts: readonly (GraphQLArgument | GraphQLInputField)[],
  known: readonly string[],
): Arbitrary<Values> {
  const needed = parts.filter(({ type }) => isNonNullType(type)).map(({ name }) => name)
  const values = Object.fromEntries(parts.map(({ name, type }) => [name, fittingValue(type, known, name)]))
  return fc.record(values, { requiredKeys: needed }) as Arbitrary<Values>
}

function fittingValue(type: GraphQLInputType, known: readonly string[], name: string): Arbitrary<unknown> {
  if (isNonNullType(type)) return presentValue(type.ofType, known, name)
  return fc.option(presentValue(type, known, name), { freq: 1 })
}

function presentValue(type: GraphQLInputType, known: readonly string[], name: string): Arbitrary<unknown> {
  if (isListType(type)) return fc.array(fittingValue(type.ofType, known, name), { maxLength: 2 })
  if (isInputObjectType(type)) return recordOf(Object.values(type.getFields()), known)
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name))
  // A page of a few: what it costs is not what is looked at here.
  if (name === 'first') return mostly([1, 2], [0, -1])
  switch (String(type)) {
    case 'Int':
      return mostly([1, 5, 20], [0, -1, 2 ** 31 - 1, -(2 ** 31)])
    case 'SafeInt':
      return mostly([100, 2_500], [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])
    case 'Float':
      return mostly([5, 19.5], [0, -1, 1e308, Number.MIN_VALUE])
    case 'Boolean':
      return fc.boolean()
    case 'ID':
      return mostly(known, ['', 'x', 'a\0', '\ud800', '%', 'x'.repeat(300)])
    case 'DateTime':
      return mostly(
        ['2026-03-01T10:00:00Z'],
        ['infinity', '0000-01-01T00:00:00Z', '2026-02-31T00:00:00Z', ''],
      )
    default:
      return mostly([...usual, ...known], unusual)
  }
}

/** So that one thing at most is odd in most questions, which then get far inside. */
function mostly(plain: readonly unknown[], odd: readonly unknown[]): Arbitrary<unknown> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...plain) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  )
}

const usual = ['A text', 'EUR', 'DE', 'a@b.example', 'standard', 'a-handle', 'sandbox']
const unusual = ['', ' ', 'a\0b', '\ud800', '💥', "'; --", '%_\\', 'x'.repeat(5_000)]
