import { accessList, type Operation, replySchema } from '@rialto/kit/contract'
import { idPrefix, type Schema } from './shape.ts'

/** An operation that reads many things at once, by their ids or by the ids of what they belong to. */
export interface Join {
  readonly operation: Operation
  /** The query field that takes the ids, such as `ids` or `variantIds`. */
  readonly parameter: string
  /** The field of each item that holds its id, such as `id` or `variantId`. */
  readonly key: string
  readonly item: Schema & { readonly title: string }
  /** How many may be asked for at once. */
  readonly limit: number
}

/** By the prefix of the ids: `prod`, `var`. */
export interface Joins {
  /** Reads the things themselves. */
  readonly things: ReadonlyMap<string, Join>
  /** Read what is known about the things elsewhere, one of it for each at most. */
  readonly facts: ReadonlyMap<string, readonly Join[]>
}

export function joinsOf(operations: readonly Operation[]): Joins {
  const things = new Map<string, Join>()
  const facts = new Map<string, Join[]>()
  // Those open to all come first: they serve every visitor.
  const openFirst = operations.toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)))
  for (const [prefix, join] of openFirst.flatMap(joinOf)) {
    if (join.key === 'id') things.set(prefix, things.get(prefix) ?? join)
    else facts.set(prefix, [...(facts.get(prefix) ?? []), join])
  }
  return { things, facts }
}

function joinOf(operation: Operation): [string, Join][] {
  const query = operation.query as Schema | undefined
  const item = (replySchema(operation) as Schema).properties?.items?.items
  if (operation.method !== 'GET' || operation.path.includes(':') || !item?.title) return []
  for (const [parameter, { type, items, maxItems = 100 }] of Object.entries(query?.properties ?? {})) {
    const key = parameter === 'ids' ? 'id' : parameter.replace(/Ids$/, 'Id')
    const prefix = idPrefix(items)
    const others = (query?.required ?? []).filter((name) => name !== parameter)
    const fits = type === 'array' && idPrefix(item.properties?.[key]) === prefix && others.length === 0
    if (!fits || prefix === undefined) continue
    return [[prefix, { operation, parameter, key, item: item as Join['item'], limit: maxItems }]]
  }
  return []
}

function isOpen(operation: Operation): boolean {
  return accessList(operation).includes('anyone')
}
