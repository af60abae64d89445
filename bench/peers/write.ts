import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeSection } from '../section.ts'
import { chartOf } from './chart.ts'
import type { Comparison } from './results.ts'
import { ratesOf, tablesOf, titles } from './tables.ts'

const root = join(import.meta.dirname, '../..')
const files = {
  results: join(root, 'bench/results/peers.json'),
  chart: join(root, 'docs/performance-peers.svg'),
}

/** Writes the figures, the chart and the page's tables, all of the same comparison. */
export async function writeResults(comparison: Comparison): Promise<string[]> {
  await mkdir(dirname(files.results), { recursive: true })
  await writeFile(files.results, `${JSON.stringify(comparison, null, 2)}\n`)
  await writeFile(files.chart, chartOf(ratesOf(comparison), titles))
  const page = await writeSection(
    'peers',
    `![Operations per second](performance-peers.svg)\n\n${tablesOf(comparison)}`,
  )
  return [...Object.values(files), page]
}
