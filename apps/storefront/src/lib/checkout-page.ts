import { type Cart, cart } from '@rialto/cart/contract'
import { identity, type SavedAddress } from '@rialto/identity/contract'
import type { Address } from '@rialto/kit/schema'
import { type Checkout, orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import { waitingRoom } from '@rialto/pricing/contract'
import { cardFields } from './card-fields.ts'
import { localPath } from './forms.ts'
import { type Fields, isAway, isProblem, missingOf, type Refusal, refuse, unlessAway } from './problems.ts'
import { price } from './words.ts'

/** Does what a form of the checkout asks for; answers where to go next. */
export async function actOnCheckout(locals: App.Locals, fields: Fields): Promise<string | Refusal> {
  if (fields.intent === 'details') return saveDetails(locals, fields)
  if (fields.intent === 'delivery') {
    const { deliveryMethodId } = fields
    if (!deliveryMethodId) return refuse(fields, { deliveryMethod: 'Please choose how it is delivered.' })
    await locals.call(cart.setDelivery, { deliveryMethodId })
    return '/checkout#payment'
  }
  if (fields.intent === 'pay') return pay(locals, fields)
  return refuse(fields, {}, 'This form is not known. Please try again.')
}

const needed = ['email', 'name', 'line1', 'postalCode', 'city', 'country']

async function saveDetails({ call }: App.Locals, fields: Fields): Promise<string | Refusal> {
  const missing = missingOf(fields, needed)
  if (missing) return missing
  const address = addressOf(fields)
  await call(cart.setDelivery, { email: fields.email ?? '', address, country: address.country })
  return '/checkout#delivery'
}

const optional = ['company', 'line2', 'region', 'phone'] as const

/** The address as typed; what may be left out is left out when empty. */
export function addressOf(fields: Fields): Address {
  const { name = '', line1 = '', city = '', postalCode = '', country = '' } = fields
  const given = optional.flatMap((key) => (fields[key] ? [[key, fields[key]]] : []))
  return { name, line1, city, postalCode, country, ...Object.fromEntries(given) }
}

/** Places the order. The key is the rendered form's own, so that pressing twice buys once. */
async function pay({ call }: App.Locals, fields: Fields): Promise<string | Refusal> {
  const { key = '', gateway = '', token = '', amount = '', currency = '' } = fields
  if (!/^[\w-]{20,60}$/.test(key) || !/^\d{1,15}$/.test(amount)) {
    return refuse(fields, {}, 'This form is not complete. Please try again.')
  }
  const terms = {
    expectedTotal: { amount: Number(amount), currency },
    payment: { gateway, token },
    returnUrl: '/checkout/return/{id}',
  }
  try {
    return nextOf(await call(orders.checkout, terms, { idempotencyKey: key }))
  } catch (error) {
    // Whoever took longer than a pass lasts stands in line again, and comes back from there.
    if (isProblem(error) && error.code === waitingRoom.code) return '/waiting-room'
    throw error
  }
}

/** Where a shopper goes from a checkout: the order, the bank, or the page that waits. */
export function nextOf({ id, status, orderId, redirectUrl }: Checkout): string {
  if (status === 'confirmed' && orderId) return `/orders/${orderId}?placed=1`
  if (status === 'failed') return `/checkout?failed=${id}`
  if (status === 'action-required') return localPath(redirectUrl) ?? `/checkout/return/${id}`
  return `/checkout/return/${id}`
}

export interface CheckoutPage {
  readonly cart: Cart
  readonly addresses: readonly SavedAddress[]
  /** Of a customer who is signed in. */
  readonly email: string | undefined
  /** Undefined while payments are away. */
  readonly methods: readonly PaymentMethod[] | undefined
  readonly failure: Refusal | undefined
}

export interface PaymentMethod {
  readonly gateway: string
  readonly name: string
  readonly testCards: readonly { number: string; outcome: string }[]
}

export async function readCheckout(
  locals: App.Locals,
  shown: Cart,
  failedId: string | null,
): Promise<CheckoutPage> {
  const { call } = locals
  const [person, methods, failure] = await Promise.all([
    readPerson(locals),
    unlessAway(call(payments.listPaymentMethods, {})),
    failedId === null ? undefined : readFailure(locals, failedId),
  ])
  return { cart: shown, ...person, methods: methods?.items, failure }
}

async function readPerson({ call, hasSession }: App.Locals) {
  const nobody = { addresses: [], email: undefined }
  if (!hasSession) return nobody
  try {
    const [{ email }, { items }] = await Promise.all([
      call(identity.getProfile, {}),
      call(identity.listAddresses, {}),
    ])
    return { addresses: items, email }
  } catch (error) {
    // Whoever is not signed in any more, or while identity is away, types the address.
    if (isAway(error) || (isProblem(error) && (error.status === 401 || error.status === 403))) return nobody
    throw error
  }
}

/** Why an earlier attempt failed after the shopper had left for the bank. */
async function readFailure({ call }: App.Locals, id: string): Promise<Refusal | undefined> {
  try {
    const { failure } = await call(orders.getCheckout, { id })
    return failure && paymentRefusal({ ...failure, details: { field: failure.field } })
  } catch (error) {
    if (isAway(error) || (isProblem(error) && error.status < 500)) return undefined
    throw error
  }
}

function paymentRefusal({
  code,
  detail,
  details,
}: {
  code: string
  detail: string
  details: object
}): Refusal {
  return { typed: { intent: 'pay' }, errors: {}, message: detail, code, details: { ...details } }
}

/** Nobody knows yet what became of it: the same form must be sent again, with its key and its token. */
const undecided = new Set([
  'unavailable',
  'overloaded',
  'deadline-exceeded',
  'too-many-requests',
  'request-in-progress',
])

export interface PaymentForm {
  readonly key: string
  /** Kept for sending the same again. */
  readonly token: string
  /** By card field, or in general. */
  readonly errors: Readonly<Record<'number' | 'expiry' | 'cvc' | 'form', string | undefined>>
}

/** What the payment form says and carries after a refusal; a definite one gets a fresh key. */
export function paymentForm(refusal: Refusal | undefined, newKey: () => string): PaymentForm {
  const errors = { number: undefined, expiry: undefined, cvc: undefined, form: undefined }
  if (refusal?.typed.intent !== 'pay') return { key: newKey(), token: '', errors }
  const { code, typed, details } = refusal
  const isOpen = undecided.has(code)
  const message = refusal.message ?? Object.values(refusal.errors).join(' ')
  const named = cardFields.find((name) => name === details.field)
  // A bank that gives no reason has still refused this card.
  const place = named ?? (code === 'payment-declined' ? 'number' : 'form')
  return {
    key: isOpen && typed.key ? typed.key : newKey(),
    token: isOpen ? (typed.token ?? '') : '',
    errors: {
      ...errors,
      [place]: isOpen ? `${message} Nothing is charged twice: please send it again.` : message,
    },
  }
}

/** Which lines stop the checkout and what is left of them, in words. */
export function shortLines({ details }: Refusal, { items }: Cart): string[] {
  const { lines } = details as { lines?: { variantId: string; available: number }[] }
  return (lines ?? []).map(({ variantId, available }) => {
    const item = items.find((one) => one.variantId === variantId)
    const name = item ? [item.title, item.variantTitle].filter(Boolean).join(', ') : 'One of the items'
    return available === 0 ? `${name} is sold out.` : `Of ${name} only ${available} are left.`
  })
}

/** The old and the new total, when that is what stopped the checkout. */
export function changedTotal({ code, details }: Refusal): { before: string; now: string } | undefined {
  if (code !== 'price-changed') return undefined
  const { expected, actual } = details as Record<'expected' | 'actual', { amount: number; currency: string }>
  return { before: price(expected.amount, expected.currency), now: price(actual.amount, actual.currency) }
}
