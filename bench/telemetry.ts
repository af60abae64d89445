import { cpuSecondsOf } from './growth/processes.ts'
import { measureCheckouts, measureList } from './measure.ts'
import { machine, median, print, spread } from './report.ts'
import { type Shop, startShop } from './shop.ts'
import { type Goods, makeGoods, signInStaff } from './staff.ts'

// node launch.mjs bench/telemetry.ts: what it costs to trace a tenth of all requests and to measure all of them, and what
// a line of the log for each request costs besides: lists and checkouts, alternated, in one process each. CPU is that
// of the shop and its PostgreSQL. Each is compared with the shop without telemetry in the same round.

const rounds = 9
const shoppers = 16
const checkoutsEach = 12

const ways: Readonly<Record<string, Record<string, string>>> = {
  'switched off': { OTEL_SDK_DISABLED: 'true' },
  'a tenth is traced': { RIALTO_TRACE_SAMPLE: '0.1' },
  'all is traced': { RIALTO_TRACE_SAMPLE: '1' },
  'a tenth is traced, each request is a line': { RIALTO_TRACE_SAMPLE: '0.1', LOG_LEVEL: 'info' },
}

interface Figures {
  readonly perSecond: number
  readonly cpuMs: number
}

interface Watched {
  readonly shop: Shop
  readonly goods: readonly Goods[]
  readonly lists: Figures[]
  readonly checkouts: Figures[]
}

const watched: Watched[] = []
try {
  for (const env of Object.values(ways)) {
    const shop = await startShop({ env })
    watched.push({
      shop,
      goods: await makeGoods(await signInStaff(shop.url), 200, 100_000),
      lists: [],
      checkouts: [],
    })
  }
  // The first round warms up and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const { shop, goods, lists, checkouts } of watched) {
      const listed = await withCpu(shop, async () => {
        const seconds = 3
        const { perSecond } = await measureList(shop, seconds)
        return { perSecond, count: perSecond * seconds }
      })
      const bought = await withCpu(shop, async () => {
        const { perSecond } = await measureCheckouts(shop, goods, shoppers, checkoutsEach)
        return { perSecond, count: shoppers * checkoutsEach }
      })
      if (round === 0) continue
      lists.push(listed)
      checkouts.push(bought)
    }
  }
  print(`${machine}; ${rounds} alternated rounds\n`)
  print('| | per second | to none | CPU ms each | to none |')
  print('| --- | --- | --- | --- | --- |')
  for (const what of ['lists', 'checkouts'] as const)
    for (const [index, way] of Object.keys(ways).entries())
      print(`| ${what}, ${way} | ${told(what, index)} |`)
} finally {
  for (const { shop } of watched) await shop.stop()
}

async function withCpu(
  { pid }: Shop,
  work: () => Promise<{ perSecond: number; count: number }>,
): Promise<Figures> {
  const before = cpuSecondsOf(pid)
  const { perSecond, count } = await work()
  return { perSecond, cpuMs: ((cpuSecondsOf(pid) - before) * 1000) / count }
}

function told(what: 'lists' | 'checkouts', index: number): string {
  const [own, none] = [watched[index]?.[what] ?? [], watched[0]?.[what] ?? []]
  const columns = (['perSecond', 'cpuMs'] as const).flatMap((key) => {
    const ratios = own.map((figures, round) => figures[key] / (none[round]?.[key] ?? 1))
    return [spread(own.map((figures) => figures[key])), median(ratios).toFixed(3)]
  })
  return columns.join(' | ')
}
