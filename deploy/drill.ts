import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { onParentGone } from '@rialto/kit/lifeline'
import { databases } from '@rialto/kit/postgres-databases'
import { temporaryFolder } from '@rialto/kit/postgres-socket'
import { checkInvariants, settledViolations, type Urls } from '../e2e/checker.ts'
import { stockShop } from '../e2e/goods.ts'
import { openShop, type Shop } from '../e2e/shop.ts'
import { buy, decided, openStaff, openVisitor } from '../e2e/visitor.ts'
import { databaseSetting } from '../platform-settings.ts'
import { serviceNames } from '../services.ts'
import { step } from './containers/steps.ts'
import {
  archiveAll,
  ask,
  backUp,
  type Cluster,
  type Ground,
  momentOf,
  openGround,
  restore,
  startArchiving,
} from './drill/cluster.ts'

const usage = `Loses a shop and brings it back: a backup of its PostgreSQL while people buy, the archive of its log, and a restore
to the moment before somebody deleted all orders. Says how long each step took, and what one service restored to an
older moment than the others means.

  npm run drill -- [--orders COUNT]

  --orders  bought before the backup, and again after it; 5 by default
`

const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 100_000 }

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { orders: { type: 'string', default: '5' } } })
  const count = Number(values.orders)
  if (!Number.isInteger(count) || count < 1) {
    process.stderr.write(usage)
    return 2
  }
  const folder = await mkdtemp(join(temporaryFolder(), 'rialto-drill-'))
  const running: (() => Promise<void>)[] = []
  onParentGone(() => process.exit(1))
  try {
    return await drill(openGround(folder, randomBytes(24).toString('hex')), count, running)
  } finally {
    for (const stop of running.reverse()) await stop().catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
}

async function drill(ground: Ground, count: number, running: (() => Promise<void>)[]): Promise<number> {
  const keep = <Kept extends Cluster>(cluster: Kept) => {
    running.push(cluster.stop)
    return cluster
  }
  const lost = keep(await step('Starting PostgreSQL with an archive', () => startArchiving(ground)))
  const { early, late } = await trade(ground, lost, count, running)
  await lost.stop()
  const back = keep(await step('Restoring to the moment before', () => restore(ground, 'late', late.moment)))
  const faults = [...(await step('Checking what is restored', () => compare(ground, back, late.orders)))]
  const old = keep(await step('Restoring to an older moment', () => restore(ground, 'early', early.moment)))
  faults.push(...(await compare(ground, old, early.orders)))
  await tellOfMixtures(ground, { back, old })
  faults.push(
    ...(await step('Opening the shop on it, and buying', () => sellAgain(ground, back, late.orders))),
  )
  for (const fault of faults) process.stdout.write(`  ${fault}\n`)
  process.stdout.write(
    faults.length === 0 ? 'Everything that was sold by then is there, and nothing else.\n' : '',
  )
  return faults.length === 0 ? 0 : 1
}

interface Moment {
  readonly moment: string
  readonly orders: number
}

/** Sells before and after a backup, and then loses all orders. */
async function trade(ground: Ground, cluster: Cluster, count: number, running: (() => Promise<void>)[]) {
  const urls = await urlsOn(ground, cluster)
  const shop = await step('Opening a shop', () => shopOn(ground, urls))
  running.push(shop.close)
  const variantId = (await stockShop(await openStaff(shop), [good])).get(good.handle)?.[0]?.id ?? ''
  await step(`Selling ${count} times`, () => sell(shop, variantId, count))
  await step('Backing up, while the shop is open', () => backUp(ground, cluster))
  const early = await quietMoment(urls, cluster)
  await step(`Selling ${count} times`, () => sell(shop, variantId, count))
  const late = await quietMoment(urls, cluster)
  await step('Losing all orders', async () => {
    await ask(urls.orders ?? '', 'truncate orders cascade')
    await archiveAll(cluster)
  })
  await shop.stop()
  return { early, late }
}

/** All is done that was begun, so that what is compared later is known. */
async function quietMoment(urls: Urls, cluster: Cluster): Promise<Moment> {
  const violations = await settledViolations(urls)
  if (violations.length > 0) throw new Error(`The shop was unsound before: ${violations.join('; ')}`)
  return { moment: await momentOf(cluster), orders: await countOrders(urls) }
}

async function sell(shop: Shop, variantId: string, count: number): Promise<void> {
  for (let sold = 0; sold < count; sold++) {
    const { call } = openVisitor(shop)
    await decided(call, (await buy(call, { variantId })).id)
  }
}

async function compare(ground: Ground, cluster: Cluster, expected: number): Promise<string[]> {
  const urls = await urlsOn(ground, cluster)
  const found = await countOrders(urls)
  const counted = found === expected ? [] : [`there are ${found} orders; there were ${expected}`]
  return [...counted, ...(await checkInvariants(urls))]
}

/** What the checker finds where one service is older than the others. */
async function tellOfMixtures(ground: Ground, { back, old }: { back: Cluster; old: Cluster }): Promise<void> {
  const [whole, older] = [await urlsOn(ground, back), await urlsOn(ground, old)]
  process.stdout.write('One service restored to the older moment, the others to the later one:\n')
  for (const name of serviceNames) {
    const violations = await checkInvariants({ ...whole, [name]: older[name] ?? '' })
    const kinds = Map.groupBy(violations, (line) => line.split(': ')[0] ?? line)
    const told = [...kinds].map(([says, lines]) => `${lines.length} × ${says}`)
    process.stdout.write(`  ${name.padEnd(14)} ${told.join('; ') || 'nothing is noticed'}\n`)
  }
}

async function sellAgain(ground: Ground, cluster: Cluster, orders: number): Promise<string[]> {
  const urls = await urlsOn(ground, cluster)
  const shop = await shopOn(ground, urls)
  try {
    const { variants } = await openVisitor(shop).call(
      (await import('@rialto/catalog/contract')).catalog.getProduct,
      { id: good.handle },
    )
    await sell(shop, variants[0]?.id ?? '', 1)
    const violations = await settledViolations(urls)
    const found = await countOrders(urls)
    return [...violations, ...(found === orders + 1 ? [] : [`there are ${found} orders after one more`])]
  } finally {
    await shop.close()
  }
}

function shopOn(ground: Ground, urls: Urls): Promise<Shop> {
  const env = Object.fromEntries(serviceNames.map((name) => [databaseSetting(name), urls[name] ?? '']))
  return openShop({ fleet: false, env: { ...env, RIALTO_SECRET: ground.password } })
}

async function urlsOn(ground: Ground, { adminUrl }: Cluster): Promise<Urls> {
  const own = databases(adminUrl, ground.password)
  try {
    const urls = serviceNames.map(async (name) => [name, await own.ensureDatabase(name)] as const)
    return Object.fromEntries(await Promise.all(urls))
  } finally {
    await own.close()
  }
}

async function countOrders(urls: Urls): Promise<number> {
  const [row] = await ask<{ count: number }>(urls.orders ?? '', 'select count(*)::int as count from orders')
  return row?.count ?? 0
}
