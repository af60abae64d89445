import { parseArgs } from 'node:util'
import { measureCheckouts } from './measure.ts'
import { type Outcome, offer } from './offer.ts'
import { machine, print, spread } from './report.ts'
import { type Shop, startShop } from './shop.ts'
import { type Goods, makeGoods, signInStaff } from './staff.ts'

// node launch.mjs bench/overload.ts [--runs 5 --seconds 15 --times 3]: checkouts at the most the shop can do, and when
// several times as many shoppers come as it can bear, with others browsing beside them.

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '15' },
    times: { type: 'string', default: '3' },
  },
})
const runs = Number(values.runs)
const seconds = Number(values.seconds)
const times = Number(values.times)
const shoppers = 32
/** Per second: lists nobody has asked for before, and products, which are kept once they were asked for. */
const browsing = { lists: 200, products: 400 }

const shop = await startShop()
try {
  const goods = await makeGoods(await signInStaff(shop.url), 200, 1_000_000)
  // The compiler needs some hundred checkouts before it has seen enough.
  await measureCheckouts(shop, goods, shoppers, 25)
  print(`${machine}; ${runs} alternated runs of ${seconds} s, median (lowest–highest)\n`)
  const peaks: number[] = []
  const rushes: Outcome[] = []
  for (let run = 0; run < runs; run++) {
    const { perSecond } = await measureCheckouts(shop, goods, shoppers, 50)
    peaks.push(perSecond)
    rushes.push(await rush(shop, goods, times * perSecond))
  }
  report(peaks, rushes)
} finally {
  await shop.stop()
}

async function rush(target: Shop, goods: readonly Goods[], perSecond: number): Promise<Outcome> {
  const outcome = await offer(target.url, { goods, seconds, perSecond, browsing })
  const page = await fetch(target.url)
  if (page.status >= 500 && page.status !== 503) throw new Error(`The shop answers ${page.status} afterwards`)
  return outcome
}

function report(peaks: readonly number[], rushes: readonly Outcome[]): void {
  const bought = rushes.map(({ boughtPerSecond }) => boughtPerSecond)
  const of = (key: Exclude<keyof Outcome, 'failures'>) => spread(rushes.map((outcome) => outcome[key]))
  print('| | |')
  print('| --- | --- |')
  print(`| most checkouts, ${shoppers} shoppers, per second | ${spread(peaks)} |`)
  print(`| shoppers who come in the rush, per second | ${of('camePerSecond')} |`)
  print(`| checkouts in the rush, per second | ${spread(bought)} |`)
  const parts = bought.map((perSecond, run) => (100 * perSecond) / (peaks[run] ?? 1))
  print(`| part of the most of the same run, percent | ${spread(parts)} |`)
  print(`| whole checkout in the rush, p99 ms | ${of('p99Ms')} |`)
  print(`| turned away before their first item, per second | ${of('refusedFirstPerSecond')} |`)
  print(`| turned away later, per second | ${of('refusedLaterPerSecond')} |`)
  print(`| failed otherwise, in all | ${of('failed')} |`)
  for (const [what, count] of rushes.flatMap(({ failures }) => [...failures]))
    print(`| – ${what} | ${count} |`)
  print(`| products, kept once they were asked for, percent answered | ${of('productsAnswered')} |`)
  print(`| new lists, percent answered | ${of('listsAnswered')} |`)
  print(`| the load itself was late by, p99 ms | ${of('lateMs')} |`)
}
