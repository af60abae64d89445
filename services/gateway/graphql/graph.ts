import type { Operation } from '@rialto/kit/contract'
import { isRaw } from '@rialto/kit/contract'
import { GraphQLObjectType, GraphQLSchema } from 'graphql'
import type { Asking } from './asking.ts'
import { type RootField, rootField } from './fields.ts'
import { joinsOf } from './joins.ts'
import { fieldName, isQuery } from './names.ts'
import type { Made } from './types.ts'

/**
 * Derives the graph from public operations: their schemas are types, reads are queries, the rest are mutations; what
 * may be watched is a subscription, too.
 * Files stay with REST. Throws when two operations or two schemas would have one name.
 */
export function buildGraph(operations: readonly Operation[]): GraphQLSchema {
  const usable = operations.filter(({ body }) => !isRaw(body))
  const made: Made = {
    joins: joinsOf(usable),
    enums: new Map(),
    objects: new Map(),
    inputs: new Map(),
    connections: new Map(),
  }
  return new GraphQLSchema({
    query: rootType('Query', made, usable.filter(isQuery)),
    mutation: rootType(
      'Mutation',
      made,
      usable.filter((operation) => !isQuery(operation)),
    ),
    // What is told again and again is asked for as it is once.
    subscription: rootType(
      'Subscription',
      made,
      usable.filter(({ live }) => live),
    ),
  })
}

function rootType(name: string, made: Made, operations: readonly Operation[]) {
  if (operations.length === 0) return undefined
  const fields = () => {
    const named = new Map<string, RootField>()
    for (const operation of operations) {
      const field = named.has(fieldName(operation)) ? `${fieldName(operation)}List` : fieldName(operation)
      if (named.has(field)) throw new Error(`Two operations are ${field} in the graph`)
      named.set(field, rootField(made, operation))
    }
    return Object.fromEntries(named)
  }
  return new GraphQLObjectType<unknown, Asking>({ name, fields })
}
