import { rm } from 'node:fs/promises'
import { catalog } from '@rialto/catalog/contract'
import { identity } from '@rialto/identity/contract'
import { until } from '@rialto/kit/until'
import { orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import { pricing } from '@rialto/pricing/contract'
import type { ApiCall } from '@rialto/sdk'
import { shipping } from '@rialto/shipping/contract'
import { type Platform, startPlatform } from '../../platform.ts'
import type { Things } from '../access/things.ts'
import { comeToFullRest } from '../content.ts'
import { makeDataFolder } from '../data-folder.ts'
import { stockShop } from '../goods.ts'
import { admin } from '../shop.ts'
import { trade } from '../trade.ts'
import { openStaff, openVisitor } from '../visitor.ts'
import { withoutLimits } from '../without-limits.ts'

/** A shop in this process in which something of everything has happened, with sessions of those who ask. */
export interface FuzzShop {
  readonly platform: Platform
  readonly dataDir: string
  readonly things: Things
  /** Tokens of sessions; that of nobody is empty. */
  readonly sessions: Readonly<Record<Asker, string>>
  close(): Promise<void>
}

export type Asker = 'nobody' | 'customer' | 'staff'

export async function openFuzzShop(): Promise<FuzzShop> {
  const dataDir = await makeDataFolder('fuzz')
  const environment = {
    RIALTO_ADMIN_EMAIL: admin.email,
    RIALTO_ADMIN_PASSWORD: admin.password,
    SANDBOX_WAREHOUSE: 'false',
    PORT: '0',
    HOST: '127.0.0.1',
    RIALTO_DATA: dataDir,
    LOG_LEVEL: 'silent',
    ...withoutLimits,
  }
  const platform = await startPlatform({ environment, pages: false })
  const staff = await openStaff(platform)
  await trade(platform, staff)
  await confirmAll(staff)
  const person = { email: 'fuzz@shop.example', password: 'a long enough password', name: 'Fuzz' }
  const { token: customer } = await openVisitor(platform).call(identity.register, person)
  const { token } = await openVisitor(platform).call(identity.signIn, admin)
  const things = await thingsOf(staff)
  await comeToFullRest(platform.mounted)
  return {
    platform,
    dataDir,
    things,
    sessions: { nobody: '', customer, staff: token },
    close: async () => {
      await platform.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Whoever is at the bank comes back, so that no checkout waits and is looked after meanwhile. */
async function confirmAll(staff: ApiCall): Promise<void> {
  const { items } = await staff(payments.listPayments, { status: 'action-required' })
  for (const { redirectUrl = '' } of items) {
    const id = redirectUrl.split('/').at(-1) ?? ''
    await staff(payments.answerSandboxChallenge, { id, approve: true })
  }
  await until('all orders are charged or cancelled', async () => {
    const { items: left } = await staff(orders.listOrders, { paymentStatus: 'authorized' })
    const { items: open } = await staff(payments.listPayments, { status: 'action-required' })
    return left.length + open.length === 0
  })
}

/** Goods of which nothing was bought: the books tell of goods that are there, and these may be removed. */
const goods = [{ handle: 'fuzz', title: 'Fuzz', price: 1_000, quantity: 50 }]

async function thingsOf(staff: ApiCall): Promise<Things> {
  const [variant] = (await stockShop(staff, goods)).get('fuzz') ?? []
  const [categories, promotions, imports, methods, placed, paid] = await Promise.all([
    staff(catalog.listCategories, {}),
    staff(pricing.listPromotions, {}),
    staff(catalog.listImports, {}),
    staff(shipping.listDeliveryMethods, {}),
    staff(orders.listOrders, { fulfilmentStatus: 'delivered' }),
    staff(payments.listPayments, {}),
  ])
  const [order] = placed.items
  const known = {
    prod: variant?.productId,
    var: variant?.id,
    cat: categories.items[0]?.id,
    promo: promotions.items[0]?.id,
    imp: imports.items[0]?.id,
    ship: methods.items[0]?.id,
    ord: order?.id,
    chk: order?.checkoutId,
    line: order?.lines[0]?.id,
    ful: order?.fulfilments[0]?.id,
    pay: paid.items[0]?.id,
    code: 'TEN',
    gateway: 'sandbox',
  }
  const missing = Object.entries(known).flatMap(([kind, id]) => (id === undefined ? [kind] : []))
  if (missing.length > 0) throw new Error(`The shop has no ${missing}`)
  return known as Things
}
