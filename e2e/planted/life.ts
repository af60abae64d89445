import { cart } from '@rialto/cart/contract'
import { identity } from '@rialto/identity/contract'
import { notifications } from '@rialto/notifications/contract'
import { orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import { type ApiCall, ApiProblem } from '@rialto/sdk'
import { openVisitor, pay, prepare, type Visitor } from '../visitor.ts'
import { person } from './secrets.ts'

// A life in the shop of somebody whose every word is known here.

const { email, name, password } = person
const address = {
  name,
  company: person.company,
  line1: person.line1,
  line2: person.line2,
  city: person.city,
  region: person.region,
  postalCode: person['postal code'],
  country: 'DE',
  phone: person.phone,
}

/** What the shop refused, as it said it. */
export interface Refusals {
  readonly told: string[]
  /** Goes on after a refusal, and keeps its words. */
  allow<Result>(asking: Promise<Result>): Promise<Result | undefined>
}

export function keepRefusals(): Refusals {
  const told: string[] = []
  return {
    told,
    allow: async (asking) => {
      try {
        return await asking
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error
        told.push(JSON.stringify({ ...error.details, said: error.message }))
        return undefined
      }
    },
  }
}

export interface Lived {
  readonly visitor: Visitor
  /** Tokens that came up meanwhile. */
  readonly tokens: Readonly<Record<string, string>>
}

/** Opens an account, mistypes, buys twice, and changes their mind. */
export async function live(
  shop: { readonly url: string },
  variantId: string,
  { allow }: Refusals,
): Promise<Lived> {
  const visitor = openVisitor(shop)
  const { call } = visitor
  await call(cart.getCart, {})
  const { token: session } = await call(identity.register, { email, password, name })
  await allow(openVisitor(shop).call(identity.register, { email, password, name }))
  await allow(call(identity.signIn, { email, password: person['wrong password'] }))
  await call(identity.updateProfile, { name })
  await call(identity.addAddress, address)
  const filled = await fill(call, variantId)
  const declined = await prepare(call, filled, person['declined card number'])
  await allow(pay(call, declined))
  const number = person['real card number']
  await allow(call(payments.tokenizeSandboxCard, { number, expiry: '12/34', cvc: person.cvc }))
  const attempt = await prepare(call, await call(cart.getCart, {}), person['card number'])
  const { orderId: id = '' } = await pay(call, attempt)
  const order = await call(orders.getOrder, { id })
  await allow(openVisitor(shop).call(orders.getOrder, { id }))
  await allow(openVisitor(shop).call(orders.findOrder, { number: 'R-0000000', email }))
  await allow(call(orders.findOrder, { number: order.number, email }))
  await allow(call(orders.cancelOrder, { id, reason: person.note }))
  const cookies = Object.fromEntries(visitor.cookies)
  return { visitor, tokens: { session, ...cookies, 'card token': attempt.token, declined: declined.token } }
}

/** Address, e-mail, note and delivery for one piece. */
export async function fill(call: ApiCall, variantId: string) {
  await call(cart.addItem, { variantId })
  const { deliveryOptions } = await call(cart.setDelivery, {
    email,
    country: 'DE',
    address,
    note: person.note,
  })
  return call(cart.setDelivery, { deliveryMethodId: deliveryOptions[0]?.methodId })
}

/** What staff look for and write down. */
export async function workWith(staff: ApiCall, { allow }: Refusals): Promise<void> {
  const { items } = await staff(orders.listOrders, { email })
  const id = items[0]?.id ?? ''
  await staff(orders.addOrderNote, { id, text: `${name}, ${person.phone}` })
  await staff(identity.listCustomers, { q: email })
  await staff(notifications.listDeliveries, { to: email })
  const colleague = { email, password, name, permissions: ['orders' as const] }
  await allow(staff(identity.createStaff, colleague))
  await allow(staff(identity.createStaff, { ...colleague, permissions: [] }))
  await allow(staff(orders.refundOrder, { id, amount: { amount: 9_999_999, currency: 'EUR' }, reason: name }))
}

/** What fails half-way, while the databases take no row. */
export async function fail(
  shop: { readonly url: string },
  { call }: Visitor,
  { allow }: Refusals,
): Promise<void> {
  await allow(call(identity.addAddress, address))
  await allow(call(cart.setDelivery, { email, country: 'DE', address, note: person.note }))
  await allow(openVisitor(shop).call(identity.register, { email: `x${email}`, password, name }))
  await allow(call(identity.updateProfile, { name }))
}
