import { hashOf } from '@rialto/kit/idempotency'
import type { Handler } from '@rialto/kit/service'
import { beginCheckout, findBegun } from './begin-checkout.ts'
import { conduct } from './conduct.ts'
import type { orders } from './contract.ts'
import { problemOf } from './failure.ts'
import type { Own } from './own.ts'
import { showCheckout } from './show-checkout.ts'

/** Turns the shopper's cart into an order. The same key again goes on with the same checkout. */
export const checkout: Handler<typeof orders.checkout, Own> = async (input, context) => {
  const requestHash = hashOf(input)
  const begun = (await findBegun(requestHash, context)) ?? (await beginCheckout(input, requestHash, context))
  const done = await conduct(begun, context, context.own.askPausesMs)
  if (done.failure) throw problemOf(done.failure)
  return showCheckout(done)
}
