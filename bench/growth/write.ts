import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { machine } from '../report.ts'
import { writeSection } from '../section.ts'
import { growthChart } from './chart.ts'
import { type Grown, growthTable } from './table.ts'

const root = join(import.meta.dirname, '../..')

/** Writes the figures, the chart and the page's section, all of the same run. */
export async function writeGrowth(grown: readonly Grown[]): Promise<string[]> {
  const results = join(root, 'bench/results/growth.json')
  const chart = join(root, 'docs/performance-growth.svg')
  await mkdir(join(root, 'bench/results'), { recursive: true })
  await writeFile(results, `${JSON.stringify({ machine, at: new Date().toISOString(), grown }, null, 2)}\n`)
  await writeFile(chart, growthChart(grown))
  const at = new Date().toISOString().slice(0, 10)
  const page = await writeSection(
    'growth',
    `![p95 against the number of products](performance-growth.svg)\n\n${at}; ${machine}.\n\n${growthTable(grown)}`,
  )
  return [results, chart, page]
}
