import { randomUUID } from 'node:crypto'
import { type Cart, cart } from '@rialto/cart/contract'
import { identity } from '@rialto/identity/contract'
import { until } from '@rialto/kit/until'
import { type Checkout, orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import { type ApiCall, ApiProblem, createClient, type Send, sendByFetch } from '@rialto/sdk'
import { admin } from './shop.ts'

/** Somebody at a browser: the public API with the cookies it was given. Follows the shop over restarts. */
export interface Visitor {
  readonly call: ApiCall
  readonly cookies: ReadonlyMap<string, string>
}

export interface VisitorOptions {
  /** Gives up a request that has no answer by then. */
  readonly timeoutMs?: number
}

export function openVisitor(shop: { readonly url: string }, options: VisitorOptions = {}): Visitor {
  const cookies = new Map<string, string>()
  const send: Send = async (request) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...request.headers, ...(cookie && { cookie }) }
    const reply = await sendByFetch(shop.url, options)({ ...request, headers })
    for (const line of reply.headers.getSetCookie()) keep(cookies, line)
    return reply
  }
  return { call: createClient({ send }), cookies }
}

/** Signs in with the account that a shop without demo starts with. */
export async function openStaff(
  shop: { readonly url: string },
  password: string = admin.password,
): Promise<ApiCall> {
  const { call } = openVisitor(shop)
  await call(identity.signIn, { email: admin.email, password })
  return call
}

export const cards = {
  approved: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  expired: '4000 0000 0000 0069',
  secure: '4000 0000 0000 3220',
  timeout: '4000 0000 0000 0119',
  late: '4000 0000 0000 0341',
} as const

export const berlin = {
  name: 'Ada Lovelace',
  line1: 'Torstr. 1',
  city: 'Berlin',
  postalCode: '10119',
  country: 'DE',
}

export interface Basket {
  readonly variantId: string
  readonly quantity?: number
  readonly email?: string
  readonly coupon?: string
}

/** Puts a variant into the cart and gives everything a checkout needs. */
export async function fillCart(call: ApiCall, { variantId, quantity = 1, ...rest }: Basket): Promise<Cart> {
  await call(cart.addItem, { variantId, quantity })
  return chooseDelivery(call, rest)
}

/** Address, e-mail and the cheapest delivery for what is in the cart. */
export async function chooseDelivery(
  call: ApiCall,
  { email = 'ada@shop.example', coupon }: Omit<Basket, 'variantId'> = {},
): Promise<Cart> {
  if (coupon) await call(cart.addCoupon, { code: coupon })
  const { deliveryOptions } = await call(cart.setDelivery, {
    email,
    country: berlin.country,
    address: berlin,
  })
  return call(cart.setDelivery, { deliveryMethodId: deliveryOptions[0]?.methodId })
}

export async function tokenOf(call: ApiCall, number: string): Promise<string> {
  const { token } = await call(payments.tokenizeSandboxCard, { number, expiry: '12/34', cvc: '123' })
  return token
}

export interface Attempt {
  readonly expectedTotal: { readonly amount: number; readonly currency: string }
  readonly token: string
  readonly key: string
}

/** What a press of the pay button sends: the total as shown, a token of the card, a key of its own. */
export async function prepare(call: ApiCall, { quote }: Cart, number: string): Promise<Attempt> {
  const expectedTotal = { amount: quote.total, currency: quote.currency }
  return { expectedTotal, token: await tokenOf(call, number), key: randomUUID() }
}

export function pay(call: ApiCall, { expectedTotal, token, key }: Attempt): Promise<Checkout> {
  const payment = { gateway: 'sandbox', token }
  return call(orders.checkout, { expectedTotal, payment }, { idempotencyKey: key })
}

/** A whole purchase: cart, address, delivery, card. */
export async function buy(call: ApiCall, basket: Basket, number: string = cards.approved): Promise<Checkout> {
  const filled = await fillCart(call, basket)
  return pay(call, await prepare(call, filled, number))
}

/** Reads a checkout until it is decided, as a page does that waits for it. */
export function decided(call: ApiCall, id: string): Promise<Checkout> {
  return until(`checkout ${id} is decided`, async () => {
    const checkout = await call(orders.getCheckout, { id })
    return (checkout.status === 'confirmed' || checkout.status === 'failed') && checkout
  })
}

/** The problem that a request is refused with. */
export async function refusal(asking: Promise<unknown>): Promise<ApiProblem> {
  try {
    await asking
  } catch (error) {
    if (error instanceof ApiProblem) return error
    throw error
  }
  throw new Error('The request was not refused.')
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ')
  const separator = pair.indexOf('=')
  const name = pair.slice(0, separator)
  const expires = attributes.find((text) => /^expires=/i.test(text))?.slice('expires='.length)
  const over = expires !== undefined && Date.parse(expires) <= Date.now()
  if (over || attributes.some((text) => /^max-age=0$/i.test(text))) cookies.delete(name)
  else cookies.set(name, pair.slice(separator + 1))
}
