import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { chartOf } from './chart.ts'
import type { Comparison } from './results.ts'
import { ratesOf, tablesOf, titles } from './tables.ts'

const root = join(import.meta.dirname, '../..')
const files = {
  results: join(root, 'bench/results/peers.json'),
  chart: join(root, 'docs/performance-peers.svg'),
  page: join(root, 'docs/performance.md'),
}
const [begin, end] = ['<!-- peers: written by npm run bench -- --peers --write -->', '<!-- /peers -->']

/** Writes the figures, the chart and the page's tables, all of the same comparison. */
export async function writeResults(comparison: Comparison): Promise<string[]> {
  await mkdir(dirname(files.results), { recursive: true })
  await writeFile(files.results, `${JSON.stringify(comparison, null, 2)}\n`)
  await writeFile(files.chart, chartOf(ratesOf(comparison), titles))
  const page = await readFile(files.page, 'utf8')
  await writeFile(
    files.page,
    between(page, `![Operations per second](performance-peers.svg)\n\n${tablesOf(comparison)}`),
  )
  return Object.values(files)
}

/** The page with this text between its markers. Throws when it has none. */
export function between(page: string, text: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The page has no lines ${begin} and ${end}.`)
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`
}
