import { identity } from '@rialto/identity/contract'
import { demoAccounts } from '../../demo-accounts.ts'
import { databaseUrl } from '../../e2e/checker.ts'
import type { Shop } from '../shop.ts'
import { buy, keepAlive, newShopper, type Shopper } from '../shopper.ts'
import { loadGoods } from './load.ts'
import { loadOrders } from './orders.ts'
import { fillCart, type Stage } from './works.ts'

/** People of a shop that grows: they stay while goods and orders become more. */
export interface People {
  readonly staff: Shopper
  readonly customer: Shopper
  readonly customerId: string
  /** The order that others are copies of. */
  orderId?: string
}

export async function openPeople({ url }: Pick<Shop, 'url'>): Promise<People> {
  const agent = keepAlive(8)
  const [staff, customer] = [newShopper(url, agent), newShopper(url, agent)]
  const { RIALTO_ADMIN_EMAIL: email, RIALTO_ADMIN_PASSWORD: password } = demoAccounts
  await staff.send('POST', identity.signIn.path, { email, password })
  const account = { email: 'customer@growth.example', password: 'a long enough password', name: 'Customer' }
  const { body } = await customer.send<{ profile: { id: string } }>('POST', identity.register.path, account)
  return { staff, customer, customerId: body.profile.id }
}

export interface Size {
  readonly from: number
  readonly to: number
  readonly orders: { readonly from: number; readonly to: number }
}

/** Lets the shop grow, and prepares what is measured in it. */
export async function grow(
  shop: Shop,
  people: People,
  size: Size,
  tell: (text: string) => void,
): Promise<Stage> {
  const urlOf = (service: string) => databaseUrl(shop.dataDir, service)
  await loadGoods(urlOf, size.from, size.to, tell)
  const agent = keepAlive(8)
  const stage = { url: shop.url, agent, products: size.to }
  if (people.orderId === undefined) {
    const bought = await buy(newShopper(shop.url, agent), 'var_01000000000000000000000009', 'growth-first')
    if (!bought.orderId) throw new Error(`The first checkout ended with ${bought.status} ${bought.code}.`)
    people.orderId = bought.orderId
  }
  await loadOrders(urlOf('orders'), {
    ...size.orders,
    orderId: people.orderId,
    customerId: people.customerId,
  })
  tell(`orders: ${size.orders.to}`)
  const carts = new Map<number, Shopper>()
  for (const lines of [1, 10, 100]) carts.set(lines, await fillCart(stage, lines))
  return { ...stage, staff: people.staff, customer: people.customer, carts }
}
