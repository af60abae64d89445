import { cart } from '@rialto/cart/contract'
import { hashOf } from '@rialto/kit/idempotency'
import { forbidden, keyReused, requestInProgress } from '@rialto/kit/problem'
import type { Context, Handler, Input } from '@rialto/kit/service'
import { type Checkout, findByKey, insertCheckout } from './checkout-store.ts'
import { conduct } from './conduct.ts'
import type { orders } from './contract.ts'
import { problemOf } from './failure.ts'
import { freezeCart } from './freeze-cart.ts'
import type { Own } from './own.ts'
import { showCheckout } from './show-checkout.ts'

/** After so long a checkout that is still open is taken up by the watchdog. */
const watchMs = 30_000

/** Turns the shopper's cart into an order. The same key again goes on with the same checkout. */
export const checkout: Handler<typeof orders.checkout, Own> = async (input, context) => {
  const requestHash = hashOf(input)
  const begun = (await known(requestHash, context)) ?? (await begin(input, requestHash, context))
  const done = await conduct(begun, context, context.own.askPausesMs)
  if (done.failure) throw problemOf(done.failure)
  return showCheckout(done)
}

/** The checkout that this very request has begun before, if it has. */
async function known(
  requestHash: string,
  { idempotencyKey, database, whose }: Context<Own>,
): Promise<Checkout | undefined> {
  if (idempotencyKey === undefined) return undefined
  const found = await findByKey(database, whose, idempotencyKey)
  if (found && found.requestHash !== requestHash) {
    throw keyReused('This Idempotency-Key was used for another checkout. Use a new key for a new one.')
  }
  return found
}

async function begin(
  { expectedTotal, payment, billingAddress, returnUrl = '/checkout/{id}' }: Input<typeof orders.checkout>,
  requestHash: string,
  context: Context<Own>,
): Promise<Checkout> {
  const { call, database, newId, now, whose } = context
  const ownerId = whose === 'everyone' ? undefined : whose[0]
  if (ownerId === undefined) throw forbidden('Only shoppers have a cart.')
  const shown = await call(cart.getCart, {})
  const draft = freezeCart(shown, { expectedTotal, billingAddress }, () => newId('line'))
  const id = newId('chk')
  const at = now()
  const begun: Checkout = {
    id,
    ownerId,
    idempotencyKey: context.idempotencyKey ?? id,
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
    createdAt: at.toISOString(),
    version: 1,
  }
  if (await insertCheckout(database, begun, new Date(at.getTime() + watchMs))) return begun
  const first = await known(requestHash, context)
  if (first) return first
  // The same request came twice at once, and the other one has just failed without anybody's fault.
  throw requestInProgress('The same request was just given up. Send it again.')
}
