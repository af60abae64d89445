import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'

interface Weighing {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Readonly<Record<string, unknown>>
  /** What a fragment costs, wherever it stands. */
  readonly seen: Map<string, number>
}

/** How many are reckoned with where nobody says how many there are. */
const usualSize = 10
/** All that the graph tells of itself. */
const introspectionWeight = 4_000
/** What a service has to answer weighs as much as so many objects of an answer. */
const askWeight = 5

/**
 * How much an operation may cause: each object counts once for every time it may be in the answer, which follows from
 * `first` of connections and from a guess of other lists.
 */
export function costOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Readonly<Record<string, unknown>>,
): number {
  const root = schema.getRootType(operation.operation)
  const weighing: Weighing = { schema, fragments, variables, seen: new Map() }
  return root ? costOfSet(weighing, operation.selectionSet, root) : 0
}

function costOfSet(weighing: Weighing, { selections }: SelectionSetNode, parent: GraphQLObjectType): number {
  let cost = 0
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) cost += costOfField(weighing, selection, parent)
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      cost += costOfSet(weighing, selection.selectionSet, parent)
    else cost += costOfFragment(weighing, selection.name.value, parent)
  }
  return cost
}

function costOfFragment(weighing: Weighing, name: string, parent: GraphQLObjectType): number {
  const { fragments, seen } = weighing
  const known = seen.get(name)
  if (known !== undefined) return known
  const fragment = fragments.get(name)
  const cost = fragment ? costOfSet(weighing, fragment.selectionSet, parent) : 0
  seen.set(name, cost)
  return cost
}

function costOfField(weighing: Weighing, node: FieldNode, parent: GraphQLObjectType): number {
  const field = parent.getFields()[node.name.value]
  if (!field) return node.selectionSet ? introspectionWeight : 0
  const { asks = false, size } = field.extensions as { asks?: boolean; size?: number }
  const own = asks ? askWeight : 0
  const type = getNamedType(field.type)
  if (!(type instanceof GraphQLObjectType) || !node.selectionSet) return own
  const isList = isListType(getNullableType(field.type))
  const many =
    size ?? sizeOf(weighing, node, field.args.find(({ name }) => name === 'first')?.defaultValue, isList)
  return own + many * (1 + costOfSet(weighing, node.selectionSet, type))
}

/** How many the answer may have: as many as are asked for, or as ids are given. */
function sizeOf({ variables }: Weighing, node: FieldNode, usual: unknown, isList: boolean): number {
  const given = (node.arguments ?? []).map(
    ({ name, value }) => [name.value, givenBy(value, variables)] as const,
  )
  const first = given.find(([name]) => name === 'first')?.[1] ?? usual
  if (typeof first === 'number') return Math.max(1, first)
  const longest = Math.max(...given.map(([, value]) => (Array.isArray(value) ? value.length : 0)), usualSize)
  return isList ? longest : 1
}

function givenBy(node: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  if (node.kind === Kind.VARIABLE) return variables[node.name.value]
  if (node.kind === Kind.INT) return Number(node.value)
  return node.kind === Kind.LIST ? node.values : undefined
}
