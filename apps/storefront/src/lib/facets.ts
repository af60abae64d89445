import type { SearchResult } from '@rialto/search/contract'

export type FacetInfo = SearchResult['facets'][number]
type FacetValue = FacetInfo['values'][number]

const facetsLimit = 10

/** The facets worth showing: those that narrow the list and concern a fair part of it, and all that are in use. */
export function usefulFacets(facets: readonly FacetInfo[], total: number): FacetInfo[] {
  const least = Math.max(2, total / 20)
  const isUsed = ({ values }: FacetInfo) => values.some(({ selected }) => selected)
  const isUseful = ({ values }: FacetInfo) =>
    values.some(({ count }) => count >= least) && values.some(({ count }) => count < total)
  const worthy = facets.filter((facet) => isUsed(facet) || isUseful(facet))
  return worthy
    .filter((facet, index) => index < facetsLimit || isUsed(facet))
    .map(({ name, values }) => ({ name, values: bySize(values) }))
}

/** Where most are sizes, they go from small to large and the others follow; else the most frequent stay first. */
function bySize(values: readonly FacetValue[]): FacetValue[] {
  const sized = values.flatMap((value) => {
    const size = sizeOf(value.value)
    return size ? [{ value, ...size }] : []
  })
  if (sized.length * 2 <= values.length) return [...values]
  const ordered = sized.sort((a, b) => a.kind.localeCompare(b.kind) || a.is - b.is).map(({ value }) => value)
  return [...ordered, ...values.filter((value) => !ordered.includes(value))]
}

const letters = ['XXS', 'XS', 'S', 'M', 'L', 'XL', 'XXL', '2XL', 'XXXL', '3XL']

/** How many of its smallest relative a unit is. */
const units: Record<string, readonly [kind: string, times: number]> = {
  mm: ['mm', 1],
  cm: ['mm', 10],
  m: ['mm', 1_000],
  g: ['g', 1],
  kg: ['g', 1_000],
  ml: ['ml', 1],
  cl: ['ml', 10],
  l: ['ml', 1_000],
}

/** `M`, `EU 42`, `1.5 l` as a kind of size and a number to compare within it; undefined when it is no size. */
function sizeOf(text: string): { kind: string; is: number } | undefined {
  const letter = letters.indexOf(text.toUpperCase())
  if (letter >= 0) return { kind: '', is: letter }
  const [, prefix = '', number = '', suffix = ''] =
    /^(\D*?)([+-]?\d+(?:[.,]\d+)?)\s*(\D*)$/.exec(text.trim()) ?? []
  if (number === '') return undefined
  const [kind, times] = units[suffix] ?? [suffix, 1]
  return { kind: `${prefix.trim()} ${kind}`, is: Number(number.replace(',', '.')) * times }
}
