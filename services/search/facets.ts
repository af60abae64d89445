import type { SearchResult } from './contract.ts'
import type { Summary } from './facet-store.ts'

const limits = { facets: 30, values: 100 }

/**
 * Groups pairs into facets, those that most products have first. Chosen values are always there, even where
 * nothing has them, so that they can be taken back.
 */
export function facetsOf(
  pairs: Summary['pairs'],
  chosen: ReadonlyMap<string, readonly string[]>,
): SearchResult['facets'] {
  const counts = new Map<string, Map<string, number>>()
  for (const [pair, count] of pairs) {
    const colon = pair.indexOf(':')
    group(counts, pair.slice(0, colon)).set(pair.slice(colon + 1), count)
  }
  for (const [name, values] of chosen) {
    const known = group(counts, name)
    for (const value of values) known.set(value, known.get(value) ?? 0)
  }
  return [...counts]
    .map(([name, values]) => facetOf(name, values, chosen.get(name) ?? []))
    .sort((a, b) => Number(b.chosen) - Number(a.chosen) || b.weight - a.weight || (a.name < b.name ? -1 : 1))
    .slice(0, limits.facets)
    .map(({ name, values }) => ({ name, values }))
}

function facetOf(name: string, counts: ReadonlyMap<string, number>, chosen: readonly string[]) {
  const values = [...counts].map(([value, count]) => ({ value, count, selected: chosen.includes(value) }))
  const weight = values.reduce((sum, { count }) => sum + count, 0)
  const kept = values.filter(({ selected }, index) => selected || index < limits.values)
  return { name, values: kept, weight, chosen: chosen.length > 0 }
}

function group(counts: Map<string, Map<string, number>>, name: string): Map<string, number> {
  const known = counts.get(name) ?? new Map<string, number>()
  counts.set(name, known)
  return known
}
