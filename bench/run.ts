import { parseArgs } from 'node:util'
import { measureCheckouts, measureHotItem, measureImport, measureList, measureStart } from './measure.ts'
import { machine, print, spread } from './report.ts'
import { startShop } from './shop.ts'
import { makeGoods, signInStaff } from './staff.ts'

// npm run bench [-- --runs 5 --rows 50000]: what one process with its own PostgreSQL does on this machine. With `--growth`
// what becomes of it as the shop grows (growth.ts, with its options), with `--peers` the same work at Rialto, Medusa and
// Vendure (peers/).

if (process.argv.includes('--peers')) {
  const { comparePeers } = await import('./peers/main.ts')
  process.exit(await comparePeers(process.argv.slice(2)))
}
if (process.argv.includes('--growth')) {
  await import('./growth.ts')
  process.exit()
}
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, rows: { type: 'string', default: '50000' } },
})
const runs = Number(values.runs)
const rows = Number(values.rows)
const shoppers = 32

print(`${machine}, embedded PostgreSQL on the same machine`)
print(`${runs} runs each, median (lowest–highest)\n`)

const starts = await repeat(runs, measureStart)
row(
  'first start to the first page, s',
  starts.map(({ first }) => first),
)
row(
  'later start to the first page, s',
  starts.map(({ later }) => later),
)

const shop = await startShop()
try {
  for (let count = 0; count < 1_000; count++)
    await (await fetch(`${shop.url}/api/search?limit=20&after=`)).text().catch(() => '')
  print(`| resident memory after 1,000 requests, MiB | ${await shop.memoryMiB()} |`)
  const goods = await makeGoods(await signInStaff(shop.url), 200, 1_000_000)
  // The compiler needs some hundred checkouts before it has seen enough.
  await measureCheckouts(shop, goods, shoppers, 25)
  const lists: { perSecond: number; p99Ms: number }[] = []
  const checkouts: { perSecond: number; p99Ms: number }[] = []
  // Alternated, so that a disturbance of the machine meets both.
  for (let run = 0; run < runs; run++) {
    lists.push(await measureList(shop))
    checkouts.push(await measureCheckouts(shop, goods, shoppers, 50))
  }
  row(
    'product list, 64 connections, per second',
    lists.map(({ perSecond }) => perSecond),
  )
  row(
    'product list, p99 ms',
    lists.map(({ p99Ms }) => p99Ms),
  )
  row(
    `whole checkout, ${shoppers} shoppers, per second`,
    checkouts.map(({ perSecond }) => perSecond),
  )
  row(
    'whole checkout, p99 ms',
    checkouts.map(({ p99Ms }) => p99Ms),
  )
  for (const hot of await repeat(runs, () => measureHotItem(shop))) {
    print(
      `| hot item, 200 in stock, 400 buyers | ${hot.orders} orders, ${hot.free} left, ${hot.perSecond.toFixed(0)} attempts/s, ${JSON.stringify(hot.outcomes)} |`,
    )
  }
  const imported = await measureImport(shop, rows)
  print(
    `| import of ${rows} rows, variants per second | ${imported.perSecond.toFixed(0)} (${imported.seconds.toFixed(1)} s) |`,
  )
  print(`| import, more memory at its peak, MiB | ${imported.moreMiB} |`)
} finally {
  await shop.stop()
}

async function repeat<Result>(times: number, work: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (let count = 0; count < times; count++) results.push(await work())
  return results
}

function row(what: string, figures: readonly number[]): void {
  print(`| ${what} | ${spread(figures)} |`)
}
