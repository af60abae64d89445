import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import { readCheckout } from './checkout-store.ts'
import { conduct } from './conduct.ts'
import type { orders } from './contract.ts'
import type { Own } from './own.ts'
import { showCheckout } from './show-checkout.ts'

/** Reads a checkout. One that waits for its payment is taken further first, if the payment has moved. */
export const getCheckout: Handler<typeof orders.getCheckout, Own> = async ({ id }, context) => {
  const found = await readCheckout(context.database, context.whose, id)
  if (!found) throw notFound('There is no such checkout.')
  const waiting = found.step === 'ask' || found.step === 'act'
  return showCheckout(waiting ? await conduct(found, context) : found)
}
