import assert from 'node:assert/strict'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import type { Static } from '@rialto/kit/schema'
import type { World } from '@rialto/kit/testing'
import type { Order, orderCancelled, orderPlaced, refundRequested } from '@rialto/orders/contract'
import { type LedgerEntry, type Payment, payments } from './contract.ts'
import { findImbalances } from './reconcile-store.ts'

/** What several tests of this service need. */
export const staff: Actor = { kind: 'staff', id: newId('staff'), permissions: ['payments'] }
export const shopper: Actor = { kind: 'guest', id: newId('guest') }
export const eur = (amount: number) => ({ amount, currency: 'EUR' })

export const cards = {
  approved: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  expired: '4000 0000 0000 0069',
  challenge: '4000 0000 0000 3220',
  timeout: '4000 0000 0000 0119',
  late: '4000 0000 0000 0341',
}
export type Card = keyof typeof cards

export async function tokenOf(world: World, card: Card): Promise<string> {
  const typed = { number: cards[card], expiry: '12/44', cvc: '123' }
  return (await world.call(payments.tokenizeSandboxCard, typed, { as: shopper })).token
}

export async function request(world: World, card: Card = 'approved', amount = 2_500) {
  const token = await tokenOf(world, card)
  return { checkoutId: newId('chk'), gateway: 'sandbox', token, amount: eur(amount), returnUrl: '/back' }
}

export async function pay(world: World, card: Card = 'approved', amount = 2_500): Promise<Payment> {
  return world.call(payments.authorize, await request(world, card, amount))
}

export async function paymentOf(world: World, checkoutId: string): Promise<Payment> {
  const { items } = await world.call(payments.listPayments, { checkoutId }, { as: staff })
  assert.equal(items.length, 1)
  return items[0] as Payment
}

export async function ledgerOf(world: World, id: string): Promise<LedgerEntry[]> {
  return (await world.call(payments.listLedger, { id }, { as: staff })).items
}

/** Events of the orders service, as far as payments reads them. */
export function placed(checkoutId: string): Static<typeof orderPlaced.schema> {
  const orderId = newId('ord')
  return { orderId, checkoutId, cartId: newId('cart'), order: { id: orderId } as Order }
}

export function cancelled(checkoutId: string): Static<typeof orderCancelled.schema> {
  const orderId = newId('ord')
  return { orderId, checkoutId, lines: [], order: { id: orderId } as unknown as Order }
}

export function refundOf(
  checkoutId: string,
  amount: number,
  refundId = newId('ref'),
): Static<typeof refundRequested.schema> {
  return { refundId, orderId: newId('ord'), checkoutId, amount: eur(amount) }
}

/** What the sandbox gateway has in its books, which is the truth. */
export async function sandboxState(world: World, reference: string) {
  return world.database.row<{ state: string; amount: number; refunded: number }>`
    select state, amount, refunded from sandbox_holds where reference = ${reference}`
}

/** The books must balance, and the gateway's must say the same; a challenge ends by the clock, unwritten. */
export async function assertBalanced(world: World): Promise<void> {
  assert.deepEqual(await findImbalances(world.database), [])
  const differing = await world.database.rows`
    select p.id, p.status, h.state, p.refunded, h.refunded as given_back
    from payments p join sandbox_holds h on h.reference = p.checkout_id
    where p.ask_at is null and (p.refunded <> h.refunded or h.state <> case
      when p.captured > 0 then 'captured' when p.status = 'authorized' then 'held'
      when p.status = 'declined' and h.state = 'challenge' then h.state else p.status end)`
  assert.deepEqual(differing, [])
}
