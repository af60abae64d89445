import { measureCheckouts, measureList } from './measure.ts'
import { machine, median, print, spread } from './report.ts'
import { type Shop, startShop } from './shop.ts'
import { makeGoods, signInStaff } from './staff.ts'

// node launch.mjs bench/telemetry.ts: what it costs to trace a tenth of all requests and to measure all of them, and what
// a line of the log for each request costs besides: lists and checkouts, alternated, in one process each.

const rounds = 5
const shoppers = 16
const checkoutsEach = 12

const ways: Readonly<Record<string, Record<string, string>>> = {
  'switched off': { OTEL_SDK_DISABLED: 'true' },
  'a tenth is traced': { RIALTO_TRACE_SAMPLE: '0.1' },
  'all is traced': { RIALTO_TRACE_SAMPLE: '1' },
  'a tenth is traced, each request is a line': { RIALTO_TRACE_SAMPLE: '0.1', LOG_LEVEL: 'info' },
}

const shops: { shop: Shop; goods: Awaited<ReturnType<typeof makeGoods>> }[] = []
try {
  for (const env of Object.values(ways)) {
    const shop = await startShop({ env })
    shops.push({ shop, goods: await makeGoods(await signInStaff(shop.url), 200, 100_000) })
  }
  const lists = shops.map(() => [] as number[])
  const checkouts = shops.map(() => [] as number[])
  // The first round warms up and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { shop, goods }] of shops.entries()) {
      const list = await measureList(shop, 4)
      const bought = await measureCheckouts(shop, goods, shoppers, checkoutsEach)
      if (round === 0) continue
      lists[index]?.push(list.perSecond)
      checkouts[index]?.push(bought.perSecond)
    }
  }
  print(`${machine}; ${rounds} alternated rounds, per second\n`)
  for (const [what, figures] of Object.entries({ lists, checkouts })) {
    for (const [index, way] of Object.keys(ways).entries()) {
      const ratio = median(figures[index] ?? []) / median(figures[0] ?? [])
      print(`| ${what}, ${way} | ${spread(figures[index] ?? [])} | ${ratio.toFixed(3)} |`)
    }
  }
} finally {
  for (const { shop } of shops) await shop.stop()
}
