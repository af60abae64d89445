import { measureCheckouts, measureList } from './measure.ts'
import { machine, median, print, spread } from './report.ts'
import { startShop } from './shop.ts'
import { makeGoods, signInStaff } from './staff.ts'

// node launch.mjs bench/fleet.ts: the same shop as one process and as a fleet on NATS, each with its own PostgreSQL,
// on one machine. A fleet gains nothing there: this tells what its calls and processes cost.

const rounds = 5
const shoppers = 32
const kinds = ['one process', 'fleet'] as const
const works = {
  'product list, 64 connections': { measure: measureList },
  'whole checkout, one shopper': { measure: checkouts(1, 40) },
  [`whole checkout, ${shoppers} shoppers`]: { measure: checkouts(shoppers, 25) },
}

const shops = [await openShop(false), await openShop(true)] as const
try {
  for (const shop of shops) await checkouts(shoppers, 25)(shop)
  print(`${machine}; ${rounds} alternated rounds, median (lowest–highest)\n`)
  print(`| work | ${kinds.join(' | ')} | ratio |`)
  print('| --- | --- | --- | --- |')
  for (const [work, { measure }] of Object.entries(works)) {
    const figures = kinds.map(() => ({
      perSecond: [] as number[],
      medianMs: [] as number[],
      p99Ms: [] as number[],
    }))
    for (let round = 0; round < rounds; round++) {
      for (const [index, shop] of shops.entries()) {
        const measured = await measure(shop)
        for (const key of ['perSecond', 'medianMs', 'p99Ms'] as const)
          figures[index]?.[key].push(measured[key])
      }
    }
    for (const [key, unit] of [
      ['perSecond', 'per second'],
      ['medianMs', 'median ms'],
      ['p99Ms', 'p99 ms'],
    ] as const) {
      const [one = [], fleet = []] = figures.map((of) => of[key])
      const ratio = (median(fleet) / median(one)).toFixed(2)
      print(`| ${work}, ${unit} | ${spread(one)} | ${spread(fleet)} | ${ratio} |`)
    }
  }
} finally {
  await Promise.all(shops.map((shop) => shop.stop()))
}

type Opened = Awaited<ReturnType<typeof openShop>>

async function openShop(fleet: boolean) {
  const shop = await startShop({ fleet })
  const goods = await makeGoods(await signInStaff(shop.url), 200, 1_000_000)
  return { ...shop, goods }
}

function checkouts(people: number, each: number) {
  return (shop: Opened) => measureCheckouts(shop, shop.goods, people, each)
}
