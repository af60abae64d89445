import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { demoAccounts } from '../demo-accounts.ts'
import { withoutLimits } from '../e2e/without-limits.ts'
import { measureWork } from './growth/measure.ts'
import { grow, openPeople } from './growth/stage.ts'
import { type Grown, growthTable } from './growth/table.ts'
import { works } from './growth/works.ts'
import { writeGrowth } from './growth/write.ts'
import { machine, print } from './report.ts'
import { startShop } from './shop.ts'

// node launch.mjs bench/growth.ts [--sizes 1000,10000] [--orders 1000,10000] [--only search] [--write]: what shoppers and
// staff wait for while a shop grows to a million products and a million orders.

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000,100000,1000000' },
    orders: { type: 'string' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    // Given by npm run bench -- --growth.
    growth: { type: 'boolean', default: true },
  },
})
const sizes = values.sizes.split(',').map(Number)
const orders = (values.orders ?? values.sizes).split(',').map(Number)

const dataDir = await mkdtemp(join(tmpdir(), 'rialto-growth-'))
const shop = await startShop({ dataDir, env: { ...demoAccounts, ...withoutLimits } })
const grown: Grown[] = []
try {
  const people = await openPeople(shop)
  for (const [index, to] of sizes.entries()) {
    const own = { from: orders[index - 1] ?? 0, to: orders[index] ?? to }
    const size = { from: sizes[index - 1] ?? 0, to, orders: own }
    const began = performance.now()
    const stage = await grow(shop, people, size, print)
    const loadSeconds = (performance.now() - began) / 1000
    const measured: Grown['works'] = {}
    for (const work of works.filter(({ name }) => name.includes(values.only))) {
      measured[work.name] = await measureWork(work, stage, shop.pid)
    }
    grown.push({
      products: to,
      orders: own.to,
      loadSeconds,
      memoryMiB: await shop.memoryMiB(),
      works: measured,
    })
    print(`\n${growthTable(grown)}\n`)
    // Who has no time for the largest size keeps the others.
    if (values.write) for (const file of await writeGrowth(grown)) print(`written: ${file}`)
  }
} finally {
  await shop.stop()
  await rm(dataDir, { recursive: true, force: true })
}
print(machine)
