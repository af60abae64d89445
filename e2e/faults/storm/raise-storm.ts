import { setTimeout as pause } from 'node:timers/promises'
import { openDatabase } from '@rialto/kit/database'
import { superuser } from '@rialto/kit/postgres-cluster'
import { pricing } from '@rialto/pricing/contract'
import { databaseUrl, databaseUrls, settledViolations, type Urls, withDatabases } from '../../checker.ts'
import { readFacts } from '../../facts.ts'
import { stockShop } from '../../goods.ts'
import { inParallel } from '../../in-parallel.ts'
import { openStaff } from '../../visitor.ts'
import { brokenPromises } from './broken-promises.ts'
import { type Ground, openGround } from './ground.ts'
import { type Postman, sendPostman } from './postman.ts'
import { press } from './press.ts'
import { createRandom } from './random.ts'
import { type Recovery, watchRecovery } from './recovery.ts'
import { type Offer, visit } from './shopper.ts'
import { attend } from './staff.ts'
import { noteAnswer, nothingTold, type Told } from './told.ts'
import { brew } from './weather.ts'

export interface StormOptions {
  readonly seed: number
  readonly lengthMs: number
  readonly shoppers: number
  /** Ends the storm early; what happened until then is checked all the same. */
  readonly signal: AbortSignal
  readonly tell: (line: string) => void
}

export interface Storm {
  readonly strikes: ReadonlyMap<string, number>
  readonly told: Told
  readonly recovery: Recovery
  /** What is wrong after the shop has come to rest, in words. */
  readonly violations: readonly string[]
  readonly postgresVersion: string
}

const staff = 2
const recoveryLimitMs = 120_000
const couponCode = 'STORM'

/** Opens a fleet, lets people trade in it while faults strike, watches it recover, and checks all it has stored. */
export async function raiseStorm(options: StormOptions): Promise<Storm> {
  const { seed, lengthMs, signal, tell } = options
  tell('Starting the fleet')
  const ground = await openGround()
  let postman: Postman | undefined
  try {
    postman = await sendPostman(ground.nats.url)
    const urls = databaseUrls(ground.dataDir)
    const closing = new AbortController()
    const offer: Offer = { ...(await openOffer(ground)), closing: closing.signal }
    await age(ground.dataDir)
    const trading = trade(offer, options)
    // Waited for below, when everybody has gone home; a failure before that is told there.
    trading.catch(() => {})
    tell('The storm begins')
    const { strikes } = await brew(
      { ...ground, postman, told: offer.told },
      { seed, lengthMs, signal },
    ).finally(() => closing.abort())
    tell('The last fault is over; the shop recovers')
    const [variantId] = offer.variantIds
    const watching = watchRecovery({ shop: ground.shop, variantId, urls, limitMs: recoveryLimitMs })
    const [recovery] = await Promise.all([watching, trading])
    tell('Asking for the last answers, and checking every database')
    await askAgain(offer.told)
    const violations = await violationsOf(urls, offer.told)
    return { strikes, told: offer.told, recovery, violations, postgresVersion: await versionOf(urls) }
  } finally {
    await postman?.close()
    await ground.close()
  }
}

/**
 * Makes the database that of a shop that has been open for a while: what made the shop is on the disk, so that a
 * restart has only what happened since to do again.
 */
async function age(dataDir: string): Promise<void> {
  const database = openDatabase({ url: databaseUrl(dataDir, 'postgres', superuser), poolSize: 1 })
  try {
    await database.run`checkpoint`
  } finally {
    await database.close()
  }
}

/** A coupon, things that are there in abundance, and one that is always about to be sold out. */
async function openOffer({ fleet, shop }: Ground): Promise<Omit<Offer, 'closing'>> {
  const call = await openStaff(fleet)
  const goods = ['scarf', 'cap', 'gloves', 'socks', 'pin'].map((handle, index) => ({
    handle,
    title: `Storm ${handle}`,
    price: 990 + 500 * index,
    quantity: handle === 'pin' ? 20 : 100_000,
  }))
  const stocked = await stockShop(call, goods)
  const [first = '', ...others] = goods.map(({ handle }) => stocked.get(handle)?.[0]?.id ?? '')
  await call(pricing.createPromotion, {
    label: 'Storm',
    coupon: couponCode,
    action: { kind: 'percent', percent: 10 },
  })
  return { shop, variantIds: [first, ...others], coupon: couponCode, told: nothingTold() }
}

/** Shoppers come one after the other, so many at once, until the shop closes; staff work beside them. */
async function trade(offer: Offer, { seed, shoppers }: StormOptions): Promise<void> {
  const places = Array.from({ length: shoppers + staff }, (_, index) => index)
  await inParallel(places, places.length, async (place) => {
    const random = createRandom(seed + 1 + place)
    if (place >= shoppers) return attend(offer, random)
    for (let count = 1; !offer.closing.aborted; count++)
      await visit(offer, `shopper-${place}-${count}@storm.example`, random)
  })
}

/** Whoever was not told how it stands presses once more, under the same key. */
async function askAgain({ purchases }: Told): Promise<void> {
  const open = purchases.filter(({ last }) => last === undefined || last.kind === 'running')
  await inParallel(open, 4, async (purchase) => {
    while (purchase.last === undefined || purchase.last.kind === 'running') {
      const pressed = await press(purchase.pay, { patienceMs: recoveryLimitMs })
      noteAnswer(purchase, pressed, Number.POSITIVE_INFINITY)
      if (pressed.kind === 'unanswered') return
      await pause(100)
    }
  })
}

async function violationsOf(urls: Urls, told: Told): Promise<string[]> {
  const violations = await settledViolations(urls)
  const facts = await withDatabases(urls, readFacts)
  return [...violations, ...brokenPromises(told, facts)]
}

async function versionOf({ orders = '' }: Urls): Promise<string> {
  const database = openDatabase({ url: orders, poolSize: 1 })
  try {
    const found = await database.row<{ version: string }>`select current_setting('server_version') as version`
    return found?.version ?? ''
  } finally {
    await database.close()
  }
}
