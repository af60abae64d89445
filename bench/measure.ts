import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catalog } from '@rialto/catalog/contract'
import { inventory } from '@rialto/inventory/contract'
import autocannon from 'autocannon'
import { type Shop, startShop } from './shop.ts'
import { buy, keepAlive, newShopper } from './shopper.ts'
import { finished, type Goods, makeGoods, productFile, signInStaff } from './staff.ts'

/** Start of a new shop, and of the same shop again. */
export async function measureStart(): Promise<{ first: number; later: number }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rialto-bench-'))
  try {
    const first = await startShop({ dataDir })
    await first.stop()
    const later = await startShop({ dataDir })
    await later.stop()
    return { first: first.startSeconds, later: later.startSeconds }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Lists of 20 products with prices and availability, over 64 connections. */
export async function measureList({ url }: Shop, seconds = 5) {
  const result = await autocannon({ url: `${url}/api/search?limit=20`, connections: 64, duration: seconds })
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx + result.errors} lists failed`)
  const { p50: medianMs, p99: p99Ms } = result.latency
  return { perSecond: result.requests.average, medianMs, p99Ms }
}

/** Whole checkouts by so many shoppers at once; each one buys `each` times, as a new guest every time. */
export async function measureCheckouts(
  { url }: Shop,
  goods: readonly Goods[],
  shoppers: number,
  each: number,
) {
  const agent = keepAlive(shoppers)
  const times: number[] = []
  const began = performance.now()
  const shop = async (person: number) => {
    for (let turn = 0; turn < each; turn++) {
      const start = performance.now()
      const { variantId } = goods[(person * 7919 + turn * 104_729) % goods.length] as Goods
      const bought = await buy(newShopper(url, agent), variantId, `bench-${began}-${person}-${turn}`)
      if (bought.code !== 'confirmed')
        throw new Error(`A checkout ended with ${bought.status} ${bought.code}`)
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: shoppers }, (_, person) => shop(person)))
  const seconds = (performance.now() - began) / 1000
  agent.destroy()
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  return { perSecond: times.length / seconds, medianMs: at(0.5), p99Ms: at(0.99) }
}

/** 400 buyers of one variant of which there are 200, 32 at a time. */
export async function measureHotItem(shop: Shop) {
  const call = await signInStaff(shop.url)
  const [hot] = await makeGoods(call, 1, 200)
  if (!hot) throw new Error('there is nothing to buy')
  const agent = keepAlive(32)
  const outcomes = new Map<string, number>()
  let next = 0
  const began = performance.now()
  const attempts = async () => {
    for (let attempt = next++; attempt < 400; attempt = next++) {
      const { code = 'none' } = await buy(
        newShopper(shop.url, agent),
        hot.variantId,
        `hot-${began}-${attempt}`,
      )
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: 32 }, attempts))
  const seconds = (performance.now() - began) / 1000
  agent.destroy()
  const { free } = await call(inventory.getStock, { variantId: hot.variantId })
  return {
    orders: outcomes.get('confirmed') ?? 0,
    free,
    outcomes: Object.fromEntries(outcomes),
    perSecond: 400 / seconds,
  }
}

/** An import of so many rows, until the last batch and its stock are written. */
export async function measureImport(shop: Shop, rows: number) {
  const call = await signInStaff(shop.url)
  const before = await shop.memoryMiB()
  let peak = before
  const seed = `bench${Date.now()}`
  const began = performance.now()
  const { id } = await call(catalog.startImport, { body: productFile(rows, seed), filename: 'bench.csv' })
  const state = await finished(call, id, async () => {
    peak = Math.max(peak, await shop.memoryMiB())
  })
  const seconds = (performance.now() - began) / 1000
  if (state.variants !== rows)
    throw new Error(`${state.variants} variants of ${rows} rows were imported: ${state.error}`)
  return { perSecond: rows / seconds, seconds, moreMiB: peak - before }
}
