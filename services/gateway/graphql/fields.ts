import { isRaw, type Operation, pathParameters, replySchema, takesKey } from '@rialto/kit/contract'
import { invalidInput } from '@rialto/kit/problem'
import {
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLInputType,
  GraphQLNonNull,
  type GraphQLOutputType,
} from 'graphql'
import type { Asking } from './asking.ts'
import { connectionOf, connectionType, isPaged, pageRequest } from './connections.ts'
import { fieldName, pascal, singular } from './names.ts'
import { scalars } from './scalars.ts'
import { type Fields, type Schema, shapeOf, wireFields, wireValue } from './shape.ts'
import { inputType, type Made, objectType, outputType, required } from './types.ts'

type Args = Readonly<Record<string, unknown>>
export type RootField = GraphQLFieldConfig<unknown, Asking, Args>

/** The field of the graph that an operation is. */
export function rootField(made: Made, operation: Operation): RootField {
  const name = fieldName(operation)
  return {
    description: [operation.summary, operation.description].filter(Boolean).join('\n\n'),
    args: { ...pathArgs(operation), ...queryArgs(made, operation, name), ...bodyArgs(made, operation, name) },
    extensions: { operation, asks: true },
    ...answer(made, operation, name),
  }
}

/** What the answer is, and how it comes from what the operation replies. */
function answer(made: Made, operation: Operation, name: string): Pick<RootField, 'type' | 'resolve'> {
  const reply = replySchema(operation) as Schema
  if (isPaged(operation)) {
    return {
      type: new GraphQLNonNull(connectionType(made, operation, name)),
      resolve: async (_, args, asking) => {
        const page = pageRequest(
          operation,
          args.first as number | undefined,
          args.after as string | undefined,
        )
        const { after, limit } = page
        const replied = await ask(operation, { ...args, after, limit }, asking)
        return connectionOf(replied as Parameters<typeof connectionOf>[0], page)
      },
    }
  }
  const resolve: RootField['resolve'] = (_, args, asking) => ask(operation, args, asking)
  const { items, ...more } = reply.properties ?? {}
  if (items && Object.keys(more).length === 0) {
    return {
      type: required(outputType(made, items, { owner: '', field: name }), items),
      resolve: async (...given) => ((await resolve(...given)) as { items: unknown }).items,
    }
  }
  return {
    type: replyType(made, reply, name),
    resolve: async (...given) => (await resolve(...given)) ?? true,
  }
}

function replyType(made: Made, reply: Schema, name: string): GraphQLOutputType {
  const isObject = shapeOf(reply).kind === 'object'
  const type = isObject
    ? objectType(made, reply, reply.title ?? `${pascal(name)}Result`)
    : outputType(made, reply, { owner: '', field: name })
  return required(type, reply)
}

function pathArgs({ path }: Operation): GraphQLFieldConfigArgumentMap {
  return Object.fromEntries(
    pathParameters(path).map((name) => {
      const type = /(?:^i|I)d$/.test(name) ? scalars.ID : scalars.String
      return [name, { type: new GraphQLNonNull(type) }]
    }),
  )
}

function queryArgs(made: Made, operation: Operation, name: string): GraphQLFieldConfigArgumentMap {
  const { limit, ...fields } = queryOf(operation)
  const given = isPaged(operation) ? fields : queryOf(operation)
  const needed = new Set((operation.query?.required as string[] | undefined) ?? [])
  const args = Object.entries(given).map(([field, schema]) => {
    const type = inputType(made, schema, { owner: singular(pascal(name)), field })
    const { description, default: defaultValue } = schema
    return [field, { type: needed.has(field) ? required(type, schema) : type, description, defaultValue }]
  })
  const first = { type: scalars.Int, description: 'How many at most', defaultValue: limit?.default }
  return { ...(isPaged(operation) && { first }), ...Object.fromEntries(args) }
}

/** What is sent stands in `input`; what HTTP has in its header stands beside it. */
function bodyArgs(made: Made, operation: Operation, name: string): GraphQLFieldConfigArgumentMap {
  const { method, body } = operation
  const schema = body && !isRaw(body) ? (body as Schema) : undefined
  const isEmpty = Object.keys(schema?.properties ?? {}).length === 0
  const type = schema && inputType(made, schema, { owner: '', field: name })
  const needed = (schema?.required ?? []).length > 0
  return {
    ...(type &&
      !isEmpty && { input: { type: needed ? (new GraphQLNonNull(type) as GraphQLInputType) : type } }),
    ...(takesKey(operation) && !operation.readOnly && { idempotencyKey }),
    ...(['PUT', 'PATCH', 'DELETE'].includes(method) && { expectedVersion }),
  }
}

const idempotencyKey = {
  type: scalars.String,
  description: 'A name of your own for this change: asked for again under it, it is answered as before.',
}
const expectedVersion = {
  type: scalars.Int,
  description: 'The `version` that you read: the change is refused when somebody was faster.',
}

/** Hands each argument to the place that the operation has for it. */
function ask(operation: Operation, args: Args, asking: Asking): Promise<unknown> {
  const { path, body } = operation
  const params = Object.fromEntries(pathParameters(path).map((name) => [name, limited(name, args[name])]))
  const fields = queryOf(operation)
  const query = Object.fromEntries(Object.keys(fields).map((name) => [name, args[name]]))
  return asking.ask(
    operation,
    {
      params,
      query: wireFields(fields, query),
      body: body && !isRaw(body) ? wireValue(body as Schema, args.input ?? {}) : undefined,
    },
    {
      idempotencyKey: keyOf(args),
      expectedVersion: (args.expectedVersion as number | null | undefined) ?? undefined,
    },
  )
}

function keyOf({ idempotencyKey }: Args): string | undefined {
  return limited('idempotencyKey', idempotencyKey ?? undefined)
}

/** What stands in an address or a header field elsewhere is no longer than it could be there. */
function limited(field: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  const { length } = value as string
  if (length > 0 && length <= 255) return value as string
  const message = 'must have 1 to 255 characters'
  throw invalidInput(`${field} ${message}.`, { errors: [{ field, message }] })
}

function queryOf({ query }: Operation): Fields {
  return (query?.properties ?? {}) as Fields
}
