import type { Measured } from './measure.ts'

/** What was measured at one size. */
export interface Grown {
  readonly products: number
  readonly orders: number
  readonly loadSeconds: number
  readonly memoryMiB: number
  readonly works: Record<string, Measured>
}

/** Cost against size: p50 / p95 / p99 in milliseconds, CPU, and how many times the p95 of the smallest shop. */
export function growthTable(grown: readonly Grown[]): string {
  const [first] = grown
  const last = grown.at(-1)
  if (!first || !last) return ''
  const head = [
    'work',
    ...grown.map(({ products }) => `${sizeText(products)} products`),
    'p95, times',
    'CPU, times',
  ]
  const rows = Object.keys(first.works).map((name) => {
    const at = grown.map(({ works }) => works[name])
    const [small, large] = [first.works[name], last.works[name]]
    return [name, ...at.map(figures), times(large?.p95, small?.p95), times(large?.cpuMs, small?.cpuMs)]
  })
  const load = grown.map(({ loadSeconds }) => `${loadSeconds.toFixed(0)} s`)
  const memory = grown.map(({ memoryMiB }) => `${memoryMiB} MiB`)
  return [
    'p50 / p95 / p99 ms, and CPU ms for each of the shop and its PostgreSQL together; the last columns compare the largest shop with the smallest.',
    table([head, ...rows, ['loaded in', ...load, '', ''], ['memory of the process', ...memory, '', '']]),
  ].join('\n\n')
}

export function sizeText(count: number): string {
  return count >= 1_000_000 ? `${count / 1_000_000}M` : count >= 1_000 ? `${count / 1_000}k` : String(count)
}

function figures(measured: Measured | undefined): string {
  if (!measured) return ''
  const { p50, p95, p99, cpuMs } = measured
  return `${[p50, p95, p99].map(short).join(' / ')}; ${short(cpuMs)}`
}

function short(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toFixed(1)
}

function times(large = 0, small = 0): string {
  return small > 0 ? (large / small).toFixed(1) : ''
}

/** Markdown in columns of one width. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  const [head = [], ...others] = rows
  return [
    line(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...others.map(line),
  ].join('\n')
}
