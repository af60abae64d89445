import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cart } from '@rialto/cart/contract'
import { catalog } from '@rialto/catalog/contract'
import { identity } from '@rialto/identity/contract'
import { newId } from '@rialto/kit/id'
import type { Mounted } from '@rialto/kit/mount'
import { until } from '@rialto/kit/until'
import { orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import { pricing } from '@rialto/pricing/contract'
import type { ApiCall } from '@rialto/sdk'
import { shipping } from '@rialto/shipping/contract'
import { type Platform, startPlatform } from '../../platform.ts'
import { serviceNames } from '../../services.ts'
import { comeToFullRest } from '../content.ts'
import { stockShop } from '../goods.ts'
import { admin } from '../shop.ts'
import { buy, openStaff, openVisitor, type Visitor } from '../visitor.ts'
import { withoutLimits } from '../without-limits.ts'
import type { Things } from './things.ts'
import type { Marks } from './verdict.ts'

/** Two people who own things. */
export type Owner = 'guest' | 'customer'
export const owners: readonly Owner[] = ['guest', 'customer']

/** A shop as it runs in production: a gateway, and behind a door of their own all services. */
export interface World {
  readonly gateway: Platform
  readonly services: Platform
  readonly secret: string
  /** Somebody without an account, and a customer; each of them has bought something. And one more of both. */
  readonly people: Readonly<Record<Owner | 'another guest' | 'another customer', Person>>
  readonly staff: readonly Colleague[]
  /** Whoever else is staff has the second factor that the shop demands. */
  readonly newcomer: Pick<Colleague, 'cookies'>
  readonly things: Readonly<Record<Owner, Things>>
  /** Gives the customer one more of what is listed but cannot be made by a request alone, such as a session. */
  giveOneMore(listing: string): Promise<unknown>
  /** In the things of each owner, and nowhere else. */
  readonly marks: Marks
  close(): Promise<void>
}

export interface Person {
  readonly visitor: Visitor
  readonly id: string
  /** Of whoever has signed in. */
  readonly sessionId?: string
}

export interface Colleague {
  readonly cookies: ReadonlyMap<string, string>
  readonly permissions: readonly string[]
}

const secret = 'the secret of a fleet that only tests ever run'
const marks = { guest: 'gina.guest@marked.example', customer: 'cleo.customer@marked.example' }
const password = 'a long enough password'
/** Of each permission there is one who has it and one who has not. */
const teams = [
  ['catalog', 'pricing', 'inventory', 'orders', 'payments'],
  ['shipping', 'notifications', 'webhooks', 'customers', 'staff', 'operations', 'settings'],
] as const

export async function openAccessWorld(): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rialto-access-'))
  const environment = {
    NODE_ENV: 'production',
    RIALTO_SECRET: secret,
    RIALTO_DATA: dataDir,
    PORT: '0',
    HOST: '127.0.0.1',
    DRAIN_MS: '0',
    LOG_LEVEL: 'silent',
    SANDBOX_WAREHOUSE: 'false',
    RIALTO_ADMIN_EMAIL: admin.email,
    RIALTO_ADMIN_PASSWORD: password,
    ...withoutLimits,
  }
  const behind = { services: serviceNames, gateway: false }
  const services = await startPlatform({ environment, parts: behind, pages: false })
  const urls = serviceNames.map((name) => [`${name.toUpperCase()}_URL`, services.url])
  const front = { ...environment, ...Object.fromEntries(urls) }
  const gateway = await startPlatform({
    environment: front,
    parts: { services: [], gateway: true },
    pages: false,
  })
  const people = await inhabit(gateway)
  const newcomer = await demandFactors(people.chief, { gateway, services })
  await comeToFullRest(services.mounted)
  return {
    gateway,
    services,
    secret,
    marks,
    ...people,
    newcomer,
    giveOneMore: (listing) => {
      const { id } = people.people.customer
      if (listing === identity.listLinkedProviders.name) return linkProvider(services, id)
      if (listing === identity.listPasskeys.name) return addPasskey(services, id)
      return openVisitor(gateway).call(identity.signIn, { email: marks.customer, password })
    },
    close: async () => {
      await gateway.stop()
      await services.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function databaseOf({ mounted }: Platform): Mounted['database'] {
  const found = mounted.find(({ service }) => service.contract.name === 'identity') as Mounted
  return found.database
}

/** Gives all staff a second factor, demands it, and only then lets one come who has none. */
async function demandFactors(chief: ApiCall, { gateway, services }: Pick<World, 'gateway' | 'services'>) {
  const database = databaseOf(services)
  const { items } = await chief(identity.listStaff, { limit: 100 })
  for (const { id } of items) await addPasskey(services, id)
  await database.run`update sessions set is_strong = true`
  await chief(identity.setSignInRules, { staffNeedSecondFactor: true })
  const account = { email: 'newcomer@shop.example', password }
  await chief(identity.createStaff, { ...account, name: 'Newcomer', permissions: ['*'] })
  const { call, cookies } = openVisitor(gateway)
  await call(identity.signIn, account)
  return { cookies }
}

/** As if they had a device with a passkey. */
async function addPasskey(services: Platform, accountId: string): Promise<void> {
  await databaseOf(services).run`
    insert into passkeys (id, account_id, name, credential_id, public_key, counter, created_at)
    values (${newId('pass')}, ${accountId}, 'A phone', ${newId('cred')}, 'AAAA', 0, now())`
}

/** As if the customer had been at a provider, which takes a browser. */
async function linkProvider(services: Platform, customerId: string): Promise<void> {
  await databaseOf(services).run`
    insert into accounts (id, user_id, provider_id, account_id, created_at, updated_at)
    values (${newId('acct')}, ${customerId}, 'https://elsewhere.example', ${newId('sub')}, now(), now())`
}

async function inhabit(shop: { readonly url: string }) {
  const staff = await openStaff(shop, password)
  const people = {
    guest: await openGuest(shop),
    'another guest': await openGuest(shop),
    customer: await openCustomer(shop, marks.customer),
    'another customer': await openCustomer(shop, 'someone@else.example'),
  }
  const colleagues = []
  for (const [number, permissions] of teams.entries())
    colleagues.push(await openColleague(shop, staff, { number, permissions }))
  const shared = await sharedThings(shop, staff)
  const things = {
    guest: { ...shared, ...(await bought(people.guest, staff, shared, marks.guest)) },
    customer: { ...shared, ...(await bought(people.customer, staff, shared, marks.customer)) },
  }
  return { people, chief: staff, staff: colleagues, things }
}

/** A guest is known by a cookie, which comes with the first look into the cart. */
async function openGuest(shop: { readonly url: string }): Promise<Person> {
  const visitor = openVisitor(shop)
  const { ownerId } = await visitor.call(cart.getCart, {})
  return { visitor, id: ownerId }
}

async function openCustomer(shop: { readonly url: string }, email: string): Promise<Person> {
  const visitor = openVisitor(shop)
  const { profile } = await visitor.call(identity.register, { email, password, name: 'Somebody' })
  const { items: sessions } = await visitor.call(identity.listSessions, {})
  return { visitor, id: profile.id, sessionId: sessions.find(({ isCurrent }) => isCurrent)?.id }
}

async function openColleague(
  shop: { readonly url: string },
  staff: ApiCall,
  { number, permissions }: { number: number; permissions: readonly (typeof teams)[number][number][] },
): Promise<Colleague> {
  const account = { email: `team-${number}@shop.example`, password }
  await staff(identity.createStaff, { ...account, name: 'Colleague', permissions: [...permissions] })
  const { call, cookies } = openVisitor(shop)
  await call(identity.signIn, account)
  return { cookies, permissions }
}

/** What belongs to the shop: one of each kind that stands in paths. */
async function sharedThings(shop: { readonly url: string }, staff: ApiCall): Promise<Things> {
  const goods = [{ handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 50 }]
  const [variant] = (await stockShop(staff, goods)).get('wool-cap') ?? []
  const categories = await staff(catalog.listCategories, {})
  const imports = await staff(catalog.listImports, {})
  const methods = await staff(shipping.listDeliveryMethods, {})
  const action = { kind: 'percent', percent: 10 } as const
  const promotion = await staff(pricing.createPromotion, { label: 'Ten off', coupon: 'TEN', action })
  const spare = { email: 'spare@shop.example', password, name: 'Spare', permissions: ['staff' as const] }
  return {
    var: variant?.id ?? '',
    prod: variant?.productId ?? '',
    cat: categories.items[0]?.id ?? '',
    imp: imports.items[0]?.id ?? '',
    ship: methods.items[0]?.id ?? '',
    promo: promotion.id,
    code: 'TEN',
    staff: (await staff(identity.createStaff, spare)).id,
    cust: (await openCustomer(shop, 'spare-customer@shop.example')).id,
    gateway: 'sandbox',
  }
}

/** An order of which a part is packed. */
async function bought(
  { visitor, id }: Person,
  staff: ApiCall,
  { var: variantId = '' }: Things,
  email: string,
) {
  const checkout = await buy(visitor.call, { variantId, quantity: 2, email })
  const order = await until('the money is charged', async () => {
    const read = await visitor.call(orders.getOrder, { id: checkout.orderId ?? '' })
    return read.paymentStatus === 'paid' && read
  })
  const lines = [{ lineId: order.lines[0]?.id ?? '', quantity: 1 }]
  const packed = await staff(orders.packOrder, { id: order.id, lines })
  const paid = await staff(payments.listPayments, { checkoutId: checkout.id })
  return {
    owner: id,
    chk: checkout.id,
    ord: order.id,
    line: order.lines[0]?.id ?? '',
    ful: packed.fulfilments[0]?.id ?? '',
    pay: paid.items[0]?.id ?? '',
  }
}
