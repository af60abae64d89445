import {
  GraphQLEnumType,
  type GraphQLFieldConfigMap,
  type GraphQLInputFieldConfigMap,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql'
import type { Asking } from './asking.ts'
import type { Joins } from './joins.ts'
import { camel, enumValueName, pascal, singular } from './names.ts'
import { scalars } from './scalars.ts'
import { type Fields, idPrefix, isNullable, type Schema, type Shape, shapeOf, withoutNull } from './shape.ts'

/** Types that were made already. A schema with a title is one type, wherever it stands. */
export interface Made {
  readonly joins: Joins
  readonly enums: Map<string, GraphQLEnumType>
  readonly objects: Map<string, Known<GraphQLObjectType>>
  readonly inputs: Map<string, Known<GraphQLInputObjectType>>
  readonly connections: Map<string, GraphQLObjectType>
}

interface Known<Type> {
  readonly type: Type
  readonly schema: Schema
}

/** Where a schema without a title stands: its type is named after that. */
export interface Place {
  readonly owner: string
  readonly field: string
}

/** What is given for such a schema, null where the schema does not say so not counted. */
export function outputType(made: Made, given: Schema, place: Place): GraphQLOutputType {
  const schema = withoutNull(given)
  const shape = shapeOf(schema, place.field)
  switch (shape.kind) {
    case 'object':
      return objectType(made, schema, nameOf(schema, place))
    case 'list':
      return new GraphQLList(required(outputType(made, shape.item, itemPlace(place)), shape.item))
    case 'record':
      return new GraphQLList(new GraphQLNonNull(namedValue))
    case 'enum':
      return enumType(made, shape.values, nameOf(schema, place))
    case 'scalar':
      return scalars[shape.name]
    default:
      return scalars.Boolean
  }
}

/** What is taken for such a schema. */
export function inputType(made: Made, given: Schema, place: Place): GraphQLInputType {
  const schema = withoutNull(given)
  const shape = shapeOf(schema, place.field)
  switch (shape.kind) {
    case 'object':
      return inputObjectType(made, schema, nameOf(schema, place))
    case 'list':
      return new GraphQLList(required(inputType(made, shape.item, itemPlace(place)), shape.item))
    case 'record':
      return new GraphQLList(new GraphQLNonNull(namedValueInput))
    case 'enum':
      return enumType(made, shape.values, nameOf(schema, place))
    case 'scalar':
      return scalars[shape.name]
    default:
      return scalars.Boolean
  }
}

/** The object type of such a name, made at its first use. Throws when another schema has the name. */
export function objectType(made: Made, schema: Schema, name: string): GraphQLObjectType {
  const make = () =>
    new GraphQLObjectType<unknown, Asking>({
      name,
      description: schema.description,
      fields: () => outputFields(made, shapeOf(schema), name),
    })
  return kept(made.objects, name, schema, make)
}

export function required<Type extends GraphQLInputType | GraphQLOutputType>(
  type: Type,
  schema: Schema,
): Type {
  return isNullable(schema) ? type : (new GraphQLNonNull(type) as unknown as Type)
}

function inputObjectType(made: Made, schema: Schema, base: string): GraphQLInputObjectType {
  const owner = base.replace(/Input$/, '')
  const make = () =>
    new GraphQLInputObjectType({
      name: `${owner}Input`,
      description: schema.description,
      fields: () => inputFields(made, shapeOf(schema), owner),
    })
  return kept(made.inputs, owner, schema, make)
}

function outputFields(made: Made, shape: Shape, owner: string): GraphQLFieldConfigMap<unknown, Asking> {
  if (shape.kind !== 'object') throw new Error(`${owner} is no object`)
  const fields = Object.entries(shape.fields).map(([name, schema]) => {
    const type = outputType(made, schema, { owner, field: name })
    const isRecord = shapeOf(schema, name).kind === 'record'
    const field = {
      type: shape.required.has(name) ? required(type, schema) : type,
      description: schema.description,
      ...(isRecord && { resolve: (source: unknown) => pairsOf((source as Record<string, unknown>)[name]) }),
    }
    return [name, field] as const
  })
  const declared = Object.fromEntries(fields)
  // What a contract declares goes before what follows from it.
  return { ...declared, ...joinedFields(made, shape.fields), ...declared }
}

function inputFields(made: Made, shape: Shape, owner: string): GraphQLInputFieldConfigMap {
  if (shape.kind !== 'object') throw new Error(`${owner} is no object`)
  const fields = Object.entries(shape.fields).map(([name, schema]) => {
    const type = inputType(made, schema, { owner, field: name })
    return [
      name,
      {
        type: shape.required.has(name) ? required(type, schema) : type,
        description: schema.description,
      },
    ]
  })
  return Object.fromEntries(fields)
}

/** `variantId` brings `variant` along, and whatever has an id of a variant what is known about variants elsewhere. */
function joinedFields(made: Made, fields: Fields): GraphQLFieldConfigMap<unknown, Asking> {
  const { things, facts } = made.joins
  const linked = Object.entries(fields).flatMap(([name, schema]) => {
    const join = things.get(schema['x-link'] ?? '')
    return join && name.endsWith('Id') ? [{ join, name: name.slice(0, -2), by: name }] : []
  })
  const own = facts.get(idPrefix(fields.id) ?? '') ?? []
  const known = own.map((join) => ({ join, name: camel(join.item.title), by: 'id' }))
  const joined = [...linked, ...known].map(({ join, name, by }) => {
    const field = {
      type: objectType(made, join.item, join.item.title),
      description: `Null when there is none, or none that the visitor may see`,
      extensions: { asks: true },
      resolve: (source: unknown, _: unknown, asking: Asking) =>
        asking.join(join, (source as Record<string, string | undefined>)[by]),
    }
    return [name, field] as const
  })
  return Object.fromEntries(joined)
}

function enumType(made: Made, values: readonly string[], name: string): GraphQLEnumType {
  const known = made.enums.get(name)
  if (known) {
    const same = known.getValues().map(({ value }) => value)
    if (same.join() !== values.join())
      throw new Error(`Two lists of values are named ${name}: give one a title`)
    return known
  }
  const entries = values.map((value) => [enumValueName(value), { value }] as const)
  const type = new GraphQLEnumType({ name, values: Object.fromEntries(entries) })
  made.enums.set(name, type)
  return type
}

function kept<Type>(known: Map<string, Known<Type>>, name: string, schema: Schema, make: () => Type): Type {
  const found = known.get(name)
  if (!found) {
    const type = make()
    known.set(name, { type, schema })
    return type
  }
  const same = found.schema === schema || JSON.stringify(found.schema) === JSON.stringify(schema)
  if (!same) throw new Error(`Two schemas are named ${name}: give one another title`)
  return found.type
}

function nameOf({ title }: Schema, { owner, field }: Place): string {
  return title ?? `${owner}${pascal(field)}`
}

function itemPlace({ owner, field }: Place): Place {
  return { owner, field: singular(field) }
}

function pairsOf(record: unknown): readonly { name: string; value: unknown }[] | undefined {
  if (typeof record !== 'object' || record === null) return undefined
  return Object.entries(record).map(([name, value]) => ({ name, value }))
}

const namedValueFields = {
  name: { type: new GraphQLNonNull(scalars.String) },
  value: { type: new GraphQLNonNull(scalars.String) },
}
const namedValue = new GraphQLObjectType({ name: 'NamedValue', fields: namedValueFields })
const namedValueInput = new GraphQLInputObjectType({ name: 'NamedValueInput', fields: namedValueFields })
