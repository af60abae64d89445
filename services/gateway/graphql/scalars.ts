import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLScalarType,
  GraphQLString,
  Kind,
  valueFromASTUntyped,
} from 'graphql'
import type { ScalarName } from './shape.ts'

const dateTime = text('DateTime', 'A UTC instant, RFC 3339: `2026-03-01T10:00:00Z`')
const date = text('Date', 'A day, RFC 3339: `2026-03-01`')

const safeInt = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  description: 'A whole number from -(2^53 - 1) to 2^53 - 1, as amounts in minor units need it',
  serialize: whole,
  parseValue: whole,
  parseLiteral: (node) => whole(node.kind === Kind.INT ? Number(node.value) : Number.NaN),
})

const json = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value: what is said of it stands nowhere',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: valueFromASTUntyped,
})

export const scalars: Readonly<Record<ScalarName, GraphQLScalarType>> = {
  ID: GraphQLID,
  String: GraphQLString,
  Int: GraphQLInt,
  SafeInt: safeInt,
  Float: GraphQLFloat,
  Boolean: GraphQLBoolean,
  DateTime: dateTime,
  Date: date,
  JSON: json,
}

/** Whether the text is well-formed is for the contract to say, whose words name the field. */
function text(name: string, description: string): GraphQLScalarType<string, string> {
  const taken = (value: unknown) => {
    if (typeof value === 'string') return value
    throw new GraphQLError(`${name} must be a text.`)
  }
  return new GraphQLScalarType({
    name,
    description,
    serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
    parseValue: taken,
    parseLiteral: (node) => taken(node.kind === Kind.STRING ? node.value : undefined),
  })
}

function whole(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new GraphQLError('SafeInt must be a whole number from -(2^53 - 1) to 2^53 - 1.')
}
