import { catalog } from '@rialto/catalog/contract'
import { inventory } from '@rialto/inventory/contract'
import type { Actor } from '@rialto/kit/access'
import { type Database, openDatabase } from '@rialto/kit/database'
import { newId } from '@rialto/kit/id'
import { testDatabases } from '@rialto/kit/postgres'
import { pricing } from '@rialto/pricing/contract'
import type { ApiCall } from '@rialto/sdk'
import { services, violationsIn } from '../checker.ts'
import { type MortalProcess, startMortal } from './mortal-process.ts'
import { subscribe, untold } from './subscriber.ts'

/** A shop that survives the death of its process: its databases and its clock go on. */
export interface MortalShop {
  readonly process: MortalProcess
  readonly staff: ApiCall
  readonly variantId: string
  guest(): ApiCall
  /** Starts a new process on the same databases, in place of the present one. */
  restart(): Promise<void>
  /** What is wrong, or under way, at this moment. */
  wrong(): Promise<string[]>
  /** Lets time pass until nothing is wrong or under way any more; answers with what still is at the end. */
  recover(): Promise<string[]>
  close(): Promise<void>
}

const staff: Actor = { kind: 'staff', id: newId('staff'), permissions: ['*'] }
export const coupon = 'TEN'

export async function openMortalShop(): Promise<MortalShop> {
  const databases = await testDatabases()
  const pairs = services.map(async (name) => [name, await databases.ensureDatabase(name)] as const)
  const urls = Object.fromEntries(await Promise.all(pairs))
  const readers = Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [name, openDatabase({ url, poolSize: 2 })]),
  )
  // The clock stands still but for leaps: how long something takes must not change what happens.
  let now = Date.now()
  const start = () => startMortal({ urls, now: () => new Date(now) })
  let current = await start()
  const ended: Promise<unknown>[] = []
  const as = (actor: Actor): ApiCall => {
    return (operation, input, options) => current.as(actor)(operation, input, options)
  }
  const wrong = async () => {
    const { orders, webhooks } = readers
    if (!orders || !webhooks) throw new Error('orders and webhooks have databases')
    return [...(await violationsIn(readers)), ...(await untold({ orders, webhooks }))]
  }
  await subscribe(as(staff))
  return {
    get process() {
      return current
    },
    staff: as(staff),
    variantId: await stock(as(staff), () => current.work()),
    guest: () => as({ kind: 'guest', id: newId('guest') }),
    restart: async () => {
      ended.push(current.stop().catch(() => {}))
      current = await start()
    },
    wrong,
    recover: async () => {
      let found: string[] = []
      for (let turn = 0; turn < turnsLimit; turn++) {
        now += firstPauseMs * (turn + 1)
        await current.work()
        found = await wrong()
        if (found.length === 0) break
      }
      return found
    },
    close: async () => {
      await current.stop()
      await Promise.all([...ended, ...Object.values(readers).map((reader: Database) => reader.close())])
      await databases.stop()
    },
  }
}

/** The watchdogs wake after at most 30 s at first, later after a quarter of its age; leases of jobs end before. */
const firstPauseMs = 31_000
const turnsLimit = 6

async function stock(call: ApiCall, work: () => Promise<void>): Promise<string> {
  const price = { amount: 2_490, currency: 'EUR' }
  const product = await call(catalog.createProduct, {
    title: 'Wool Cap',
    status: 'active',
    variants: [{ sku: 'CAP', price, requiresShipping: true }],
  })
  const variantId = product.variants[0]?.id ?? ''
  await work()
  await call(inventory.countStock, { counts: [{ variantId, quantity: 1_000_000 }], reason: 'Opening' })
  await call(pricing.createPromotion, {
    label: 'Ten percent',
    coupon,
    action: { kind: 'percent', percent: 10 },
  })
  await work()
  return variantId
}
