import type { Facts } from './facts.ts'

/** Something that must hold in a shop that has come to rest; gives each breach in words. */
export interface Invariant {
  readonly says: string
  readonly breaches: (facts: Facts) => string[]
}

export function grouped<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  return Map.groupBy(items, key)
}

export function sums<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
  amount: (item: Item) => number,
): Map<string, number> {
  const totals = new Map<string, number>()
  for (const item of items) totals.set(key(item), (totals.get(key(item)) ?? 0) + amount(item))
  return totals
}
