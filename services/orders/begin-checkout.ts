import { cart } from '@rialto/cart/contract'
import { forbidden, keyReused, requestInProgress } from '@rialto/kit/problem'
import type { Context, Input } from '@rialto/kit/service'
import { watchMs } from './alarm.ts'
import { giveUp, holdMs } from './checkout-steps.ts'
import {
  type Checkout,
  findBuying,
  findByKey,
  insertCheckout,
  joinCheckout,
  readCheckout,
  saveProgress,
} from './checkout-store.ts'
import { conduct } from './conduct.ts'
import { cartBeingBought, checkoutGivenUp, type orders } from './contract.ts'
import { failureOf, isPassing } from './failure.ts'
import { freezeCart } from './freeze-cart.ts'
import type { Own } from './own.ts'

/** Others may end and begin meanwhile; so many in one request never do. */
const turnsLimit = 5

/** The checkout that this very request has begun or joined before, if it has. */
export async function findBegun(
  requestHash: string,
  { idempotencyKey, database, whose }: Context<Own>,
): Promise<Checkout | undefined> {
  if (idempotencyKey === undefined) return undefined
  const found = await findByKey(database.quick, whose, idempotencyKey)
  // One that was joined keeps its key when it fails, but tells nothing about this request.
  if (found?.failure && isPassing(found.failure)) return undefined
  if (found && found.asked !== requestHash) {
    throw keyReused('This Idempotency-Key was used for another checkout. Use a new key for a new one.')
  }
  return found
}

/**
 * Begins a checkout of the shopper's cart. What one window has begun another one joins: a cart is bought once,
 * however many press and under whatever keys.
 */
export async function beginCheckout(
  input: Input<typeof orders.checkout>,
  requestHash: string,
  context: Context<Own>,
): Promise<Checkout> {
  const { database, now, whose } = context
  const begun = await freeze(input, requestHash, context).catch((error: unknown) => ({ error }))
  if ('error' in begun) {
    // What is wrong with the cart may come of this very request: another press of it has bought meanwhile.
    const same = await findBegun(requestHash, context)
    if (same) return same
    throw begun.error
  }
  const at = Date.parse(begun.createdAt)
  const times = { wakeAt: new Date(at + watchMs), boughtSince: new Date(at - holdMs) }
  for (let turn = 0; turn < turnsLimit; turn++) {
    const outcome = await insertCheckout(database, begun, times)
    if (outcome.kind === 'begun') return begun
    const same = await findBegun(requestHash, context)
    if (same) return same
    const other =
      outcome.kind === 'bought'
        ? await readCheckout(database, whose, outcome.id)
        : await findBuying(database, whose, begun.draft.cartId)
    if (other?.step === 'act') await supersede(other, context, now())
    else if (other) return join(begun, other, context)
  }
  // Those who had begun before have just been given up without anybody's fault.
  throw requestInProgress('Another attempt to buy this cart was just given up. Send it again.')
}

async function freeze(
  { expectedTotal, payment, billingAddress, returnUrl = '/checkout/{id}' }: Input<typeof orders.checkout>,
  requestHash: string,
  { call, idempotencyKey, newId, now, whose }: Context<Own>,
): Promise<Checkout> {
  const ownerId = whose === 'everyone' ? undefined : whose[0]
  if (ownerId === undefined) throw forbidden('Only shoppers have a cart.')
  const shown = await call(cart.getCart, {})
  const draft = freezeCart(shown, { expectedTotal, billingAddress }, () => newId('line'))
  const id = newId('chk')
  const createdAt = now().toISOString()
  return {
    id,
    ownerId,
    idempotencyKey: idempotencyKey ?? id,
    requestHash,
    step: 'reserve',
    draft,
    payment: { ...payment, returnUrl: returnUrl.replaceAll('{id}', id) },
    redirectUrl: null,
    failure: null,
    reservedUntil: null,
    captured: 0,
    orderId: null,
    orderNumber: null,
    resumes: 0,
    steps: [],
    waitsFor: null,
    since: createdAt,
    wakeAt: null,
    createdAt,
    version: 1,
  }
}

/** Who left the bank's page may choose another way to pay. What the bank says after that comes too late. */
async function supersede(other: Checkout, context: Context<Own>, now: Date): Promise<void> {
  const failure = failureOf(
    checkoutGivenUp('Another way to pay was chosen. Nothing is charged for this one.'),
  )
  const given = await saveProgress(context.database, giveUp(other, failure, now))
  if (given) await conduct(given, context)
}

async function join(begun: Checkout, other: Checkout, { database }: Context<Own>): Promise<Checkout> {
  if (other.draft.cartState !== begun.draft.cartState) {
    const words =
      'The cart is being paid for in another window, and has changed since. See what becomes of that.'
    throw cartBeingBought(words, { checkoutId: other.id })
  }
  await joinCheckout(database, begun, other.id)
  return other
}
