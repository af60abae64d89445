import { invalidInput } from '@rialto/kit/problem'

// What a JSON Schema of a contract means to the graph. Contracts may have come as JSON, so nothing but its words counts.

export interface Schema {
  readonly type?: string
  readonly title?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly 'x-link'?: string
}

export type ScalarName =
  | 'ID'
  | 'String'
  | 'Int'
  | 'SafeInt'
  | 'Float'
  | 'Boolean'
  | 'DateTime'
  | 'Date'
  | 'JSON'

export type Fields = Readonly<Record<string, Schema>>

export type Shape =
  | { readonly kind: 'object'; readonly fields: Fields; readonly required: ReadonlySet<string> }
  | { readonly kind: 'list'; readonly item: Schema }
  | { readonly kind: 'record' }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'nothing' }

/** `field` is the name under which a value stands: that of an identifier tells that it is one. */
export function shapeOf(schema: Schema, field = ''): Shape {
  if (schema.anyOf) return choiceShape(schema.anyOf, field)
  if (schema.enum?.every(isNameable)) return { kind: 'enum', values: schema.enum as string[] }
  switch (schema.type) {
    case 'object':
      return objectShape(schema)
    case 'array':
      return { kind: 'list', item: schema.items ?? {} }
    case 'null':
      return { kind: 'nothing' }
    default:
      return { kind: 'scalar', name: scalarName(schema, field) }
  }
}

export function isNullable({ anyOf }: Schema): boolean {
  return anyOf?.some(({ type }) => type === 'null') ?? false
}

/** The part of a choice that is not null, when there is but one; else the schema itself. */
export function withoutNull(schema: Schema): Schema {
  const choices = schema.anyOf?.filter(({ type }) => type !== 'null')
  return choices?.length === 1 && choices[0] ? choices[0] : schema
}

/** The letters before the first `_` of an identifier that such a schema describes: `var` of `var_01h…`. */
export function idPrefix({ pattern = '' }: Schema = {}): string | undefined {
  return /^\^([a-z]+)_/.exec(pattern)?.[1]
}

/**
 * Makes of an argument what the contract says: no field that was given as null where none may be, records of lists of
 * names and values. Throws `invalid-input` where a name is given twice.
 */
export function wireValue(schema: Schema, value: unknown, field = ''): unknown {
  if (value === null || value === undefined) return isNullable(schema) ? value : undefined
  const shape = shapeOf(schema)
  if (shape.kind === 'list' && Array.isArray(value))
    return value.map((item) => wireValue(shape.item, item, field))
  if (shape.kind === 'record') return recordOf(value as readonly NamedValue[], field)
  if (shape.kind !== 'object') return value
  return wireFields(shape.fields, value as Record<string, unknown>)
}

export function wireFields(fields: Fields, given: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(given).map(
    ([name, part]) => [name, wireValue(fields[name] ?? {}, part, name)] as const,
  )
  return Object.fromEntries(entries.filter(([, part]) => part !== undefined))
}

interface NamedValue {
  readonly name: string
  readonly value: string
}

function recordOf(pairs: readonly NamedValue[], field: string): Record<string, string> {
  const names = new Set(pairs.map(({ name }) => name))
  if (names.size < pairs.length)
    throw invalidInput(`${field} has a name twice.`, { errors: [{ field, message: 'has a name twice' }] })
  return Object.fromEntries(pairs.map(({ name, value }) => [name, value]))
}

/** A choice of objects, told apart by `kind`, is one object that has the fields of all of them. */
function choiceShape(choices: readonly Schema[], field: string): Shape {
  const some = choices.filter(({ type }) => type !== 'null')
  if (some.length === 1 && some[0]) return shapeOf(some[0], field)
  if (!some.every(({ properties }) => properties)) return { kind: 'scalar', name: 'JSON' }
  const names = new Set(some.flatMap(({ properties }) => Object.keys(properties ?? {})))
  const fields = Object.fromEntries([...names].map((name) => [name, fieldOfAll(some, name)]))
  const required = [...names].filter((name) => some.every((choice) => choice.required?.includes(name)))
  return { kind: 'object', fields, required: new Set(required) }
}

function fieldOfAll(choices: readonly Schema[], name: string): Schema {
  const variants = choices.flatMap(({ properties }) => properties?.[name] ?? [])
  const constants = variants.flatMap((variant) => ('const' in variant ? [variant.const] : []))
  return constants.length > 0 ? { type: 'string', enum: constants } : (variants[0] ?? {})
}

function objectShape({ properties, patternProperties, required = [] }: Schema): Shape {
  if (properties) return { kind: 'object', fields: properties, required: new Set(required) }
  const values = Object.values(patternProperties ?? {})
  const ofText = values.length > 0 && values.every(({ type }) => type === 'string')
  return ofText ? { kind: 'record' } : { kind: 'scalar', name: 'JSON' }
}

const largestInt = 2 ** 31 - 1

function scalarName(schema: Schema, field: string): ScalarName {
  const { type, format, minimum = 0, maximum = 0 } = schema
  switch (type) {
    case 'string':
      if (format === 'date-time') return 'DateTime'
      if (format === 'date') return 'Date'
      return idPrefix(schema) !== undefined || /(?:^i|I)ds?$/.test(field) ? 'ID' : 'String'
    case 'integer':
      return maximum > largestInt || minimum < -largestInt - 1 ? 'SafeInt' : 'Int'
    case 'number':
      return 'Float'
    case 'boolean':
      return 'Boolean'
    default:
      return 'JSON'
  }
}

function isNameable(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z][a-z0-9-]*$/i.test(value)
}
