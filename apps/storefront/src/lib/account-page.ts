import { identity } from '@rialto/identity/contract'
import { type Order, orders } from '@rialto/orders/contract'
import { addressOf } from './checkout-page.ts'
import { localPath } from './forms.ts'
import { type Fields, isProblem, missingOf, type Refusal, unlessAway } from './problems.ts'

/** Where to go after signing in. */
export function wantedPath(url: URL): string {
  return localPath(url.searchParams.get('to')) ?? '/account'
}

export async function signIn({ call }: App.Locals, fields: Fields, to: string): Promise<string> {
  const { email = '', password = '', challenge = '', code = '' } = fields
  if (fields.intent === 'code') await call(identity.confirmSignIn, { challenge, code })
  else await call(identity.signIn, { email, password })
  return to
}

/** With what the code is to be sent, when one was asked for and can still be given. */
export function challengeOf(refusal: Refusal | undefined): string | undefined {
  if (refusal?.code === 'second-factor-required') return String(refusal.details.challenge)
  return refusal?.code === 'challenge-expired' ? undefined : refusal?.typed.challenge
}

export async function register({ call }: App.Locals, fields: Fields, to: string): Promise<string> {
  const { email = '', password = '', name = '' } = fields
  await call(identity.register, { email, password, name })
  return to
}

export async function signOut({ call }: App.Locals): Promise<string> {
  await call(identity.signOut, {})
  return '/'
}

export function readProfile({ call }: App.Locals) {
  return call(identity.getProfile, {})
}

const ordersPerPage = 10

/** What a customer sees of the account. Staff have no orders or addresses of their own. */
export async function readAccount({ call }: App.Locals, after: string | null) {
  const profile = await call(identity.getProfile, {})
  if (profile.role === 'staff') return { profile, orders: [] as Order[], next: undefined }
  const page = await unlessAway(call(orders.listOrders, { limit: ordersPerPage, ...(after && { after }) }))
  return { profile, orders: page?.items, next: page?.next }
}

/** Does what a form of the address book asks for. */
export async function changeAddresses({ call }: App.Locals, fields: Fields): Promise<string | Refusal> {
  const { intent, id = '' } = fields
  if (intent === 'remove') {
    await call(identity.removeAddress, { id })
    return '/account/addresses'
  }
  const missing = missingOf(fields, ['name', 'line1', 'postalCode', 'city', 'country'])
  if (missing) return missing
  const address = { ...addressOf(fields), isDefault: fields.isDefault !== undefined }
  if (id) await call(identity.updateAddress, { id, ...address })
  else await call(identity.addAddress, address)
  return '/account/addresses'
}

export async function readAddresses({ call }: App.Locals) {
  const { items } = await call(identity.listAddresses, {})
  return items
}

/** Whether the visitor's session still stands. */
export async function isSignedIn({ call, hasSession }: App.Locals): Promise<boolean> {
  if (!hasSession) return false
  try {
    await call(identity.getProfile, {})
    return true
  } catch (error) {
    if (isProblem(error) && error.status === 401) return false
    throw error
  }
}
