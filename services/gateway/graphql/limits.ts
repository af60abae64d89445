import type { Operation } from '@rialto/kit/contract'
import type { Problem } from '@rialto/kit/problem'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { queryTooLarge } from './problems.ts'

// How much one request may ask for, as far as its text tells. What it costs is weighed in cost.ts.

export const limits = {
  /** Words and signs. */
  tokens: 2_000,
  /** Fields inside of fields. */
  depth: 15,
  /** Fields asked for at the top, and fields that are given another name. */
  rootFields: 20,
  aliases: 50,
  /** Fields beside each other: comparing them takes the square of it. */
  siblings: 200,
  /** Lists times lists times what is in them. */
  cost: 10_000,
} as const

interface Measures {
  readonly depth: number
  readonly aliases: number
  /** Fields that stand beside each other here, those of fragments with them, and the most that do anywhere below. */
  readonly beside: number
  readonly siblings: number
}

/** Refuses a document before it is checked against the graph, which takes longer than this. */
export function demandSmall(document: DocumentNode): void {
  const fragments = fragmentsOf(document)
  const seen = new Map<string, Measures>()
  for (const operation of operationsOf(document)) {
    const { depth, aliases, siblings, beside } = measure(operation.selectionSet, fragments, seen, new Set())
    demand(depth, limits.depth, 'fields inside of fields')
    demand(aliases, limits.aliases, 'aliases')
    demand(siblings, limits.siblings, 'fields beside each other')
    demand(beside, limits.rootFields, 'fields at the top')
  }
}

/** What is tried to sign in or to find, is tried once in a request. */
export function demandOneTry(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  operationOf: (field: string) => Operation | undefined,
): void {
  const tries = rootFields(operation.selectionSet, fragmentsOf(document)).filter(
    ({ name }) => operationOf(name.value)?.limit === 'auth',
  )
  demand(tries.length, 1, 'attempts to sign in or to find something')
}

export function demand(found: number, allowed: number, what: string): void {
  if (found > allowed) throw tooMany(found, allowed, what)
}

export function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((part) => part.kind === Kind.FRAGMENT_DEFINITION)
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
}

export function operationsOf(document: DocumentNode): OperationDefinitionNode[] {
  return document.definitions.filter((part) => part.kind === Kind.OPERATION_DEFINITION)
}

function measure(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  seen: Map<string, Measures>,
  within: ReadonlySet<string>,
): Measures {
  const parts = selections.map((selection) => measureOne(selection, fragments, seen, within))
  const beside = sum(parts.map((part) => part.beside))
  return {
    depth: Math.max(0, ...parts.map(({ depth }) => depth)),
    aliases: sum(parts.map(({ aliases }) => aliases)),
    beside,
    siblings: Math.max(beside, ...parts.map(({ siblings }) => siblings)),
  }
}

function measureOne(
  selection: SelectionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  seen: Map<string, Measures>,
  within: ReadonlySet<string>,
): Measures {
  if (selection.kind === Kind.FRAGMENT_SPREAD) {
    const name = selection.name.value
    const fragment = fragments.get(name)
    const known = seen.get(name)
    // One that is unknown, or stands in itself, is told of when the query is checked against the graph.
    if (known || !fragment || within.has(name)) return known ?? nothing
    const found = measure(fragment.selectionSet, fragments, seen, new Set([...within, name]))
    seen.set(name, found)
    return found
  }
  const inner = selection.selectionSet ? measure(selection.selectionSet, fragments, seen, within) : nothing
  if (selection.kind === Kind.INLINE_FRAGMENT) return inner
  // A graph tells of itself in deep questions that cost nothing.
  const depth = selection.name.value.startsWith('__') ? 1 : inner.depth + 1
  return { ...inner, depth, aliases: inner.aliases + (selection.alias ? 1 : 0), beside: 1 }
}

const nothing: Measures = { depth: 0, aliases: 0, beside: 0, siblings: 0 }

/** Of a document that fits the graph, whose fragments end somewhere. */
export function rootFields(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection]
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, fragments)
    const fragment = fragments.get(selection.name.value)
    return fragment ? rootFields(fragment.selectionSet, fragments) : []
  })
}

function sum(figures: readonly number[]): number {
  return figures.reduce((all, figure) => all + figure, 0)
}

function tooMany(found: number, allowed: number, what: string): Problem {
  return queryTooLarge(`There are ${found} ${what}, and at most ${allowed} are answered.`)
}
