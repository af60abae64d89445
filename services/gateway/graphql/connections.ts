import type { Operation } from '@rialto/kit/contract'
import { replySchema } from '@rialto/kit/contract'
import { invalidInput } from '@rialto/kit/problem'
import {
  type GraphQLFieldConfigMap,
  GraphQLList,
  type GraphQLNamedOutputType,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
} from 'graphql'
import type { Asking } from './asking.ts'
import { pascal, singular } from './names.ts'
import { scalars } from './scalars.ts'
import type { Fields, Schema } from './shape.ts'
import { type Made, outputType, required } from './types.ts'

// Keyset-paged lists as Relay asks for them: https://relay.dev/graphql/connections.htm

interface Page {
  readonly items: readonly unknown[]
  readonly next?: string
}

interface Connection extends Page {
  readonly edges: readonly { readonly cursor: string; readonly node: unknown }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor?: string
    readonly endCursor?: string
  }
}

export function isPaged({ query, reply }: Operation): boolean {
  const [answer] = Object.values(reply) as Schema[]
  const { after, limit } = query?.properties ?? {}
  return Boolean(after && limit && answer?.properties?.items && answer.properties.next)
}

/** The type of a page, with what the reply says besides its items. */
export function connectionType(made: Made, operation: Operation, field: string): GraphQLObjectType {
  const reply = replySchema(operation) as Schema
  const { items = {}, next: _, ...more } = reply.properties as Fields
  const item = items.items ?? {}
  const node = outputType(made, item, { owner: '', field: singular(pascal(field)) })
  const name = `${(getNamedType(node) as GraphQLNamedOutputType).name}Connection`
  const known = made.connections.get(name)
  if (known) return known
  const type = new GraphQLObjectType<Connection, Asking>({
    name,
    fields: () => ({ ...pageFields(node, item), ...moreFields(made, more, reply, name) }),
  })
  made.connections.set(name, type)
  return type
}

/** What to ask for, so that the page begins behind the cursor and has so many items, and what to leave out of it. */
export function pageRequest(operation: Operation, first: number | undefined, cursor: string | undefined) {
  const { maximum = 100, default: usual = 20 } = (operation.query?.properties.limit ?? {}) as Schema
  const wanted = first ?? Number(usual)
  if (wanted < 1 || wanted > maximum) {
    const message = `must be from 1 to ${maximum}`
    throw invalidInput(`first ${message}.`, { errors: [{ field: 'first', message }] })
  }
  const [, skipped = '0', from = cursor] = /^(\d{1,3})\.(.*)$/.exec(cursor ?? '') ?? []
  const skip = Number(skipped)
  return { after: from || undefined, limit: Math.min(maximum, wanted + skip), skip, wanted }
}

/**
 * A page as a connection. Lists know the cursor of a page's last item alone; that of another one is the cursor that
 * the page began with and how many items to skip behind it.
 */
export function connectionOf(
  page: Page,
  { after, skip, wanted }: ReturnType<typeof pageRequest>,
): Connection {
  const last = page.items.length - 1
  const edges = page.items
    .map((node, index) => ({
      node,
      cursor: index === last && page.next !== undefined ? page.next : `${index + 1}.${after ?? ''}`,
    }))
    .slice(skip, skip + wanted)
  const pageInfo = {
    hasNextPage: page.next !== undefined || page.items.length > skip + wanted,
    hasPreviousPage: after !== undefined || skip > 0,
    startCursor: edges[0]?.cursor,
    endCursor: edges.at(-1)?.cursor,
  }
  return { ...page, edges, pageInfo }
}

function pageFields(node: GraphQLOutputType, item: Schema): GraphQLFieldConfigMap<Connection, Asking> {
  const nodes = required(node, item)
  const edge = new GraphQLObjectType({
    name: `${(getNamedType(node) as GraphQLNamedOutputType).name}Edge`,
    fields: { node: { type: nodes }, cursor: { type: new GraphQLNonNull(scalars.String) } },
  })
  // The size of the page is counted where it is asked for.
  const extensions = { size: 1 }
  return {
    edges: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(edge))), extensions },
    nodes: {
      type: new GraphQLNonNull(new GraphQLList(nodes)),
      extensions,
      resolve: ({ edges }) => edges.map((edge) => edge.node),
    },
    pageInfo: { type: new GraphQLNonNull(pageInfo) },
  }
}

function moreFields(
  made: Made,
  fields: Fields,
  { required: needed = [] }: Schema,
  name: string,
): GraphQLFieldConfigMap<Connection, Asking> {
  const owner = name.replace(/Connection$/, '')
  const entries = Object.entries(fields).map(([field, schema]) => {
    const type = outputType(made, schema, { owner, field })
    return [
      field,
      { type: needed.includes(field) ? required(type, schema) : type, description: schema.description },
    ]
  })
  return Object.fromEntries(entries)
}

const pageInfo = new GraphQLObjectType({
  name: 'PageInfo',
  fields: {
    hasNextPage: { type: new GraphQLNonNull(scalars.Boolean) },
    hasPreviousPage: { type: new GraphQLNonNull(scalars.Boolean) },
    startCursor: { type: scalars.String },
    endCursor: { type: scalars.String, description: 'Pass it as `after` to get the next page' },
  },
})
