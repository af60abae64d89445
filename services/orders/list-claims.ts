import type { Handler } from '@rialto/kit/service'
import { holdMs } from './checkout-steps.ts'
import { findClaims } from './checkout-store.ts'
import type { orders } from './contract.ts'

/**
 * Whoever holds goods asks here before they are given to others: an order's are needed however late the news of
 * it comes, and a running checkout counts on its hold by the clock of this service.
 */
export const listClaims: Handler<typeof orders.listClaims> = async ({ checkoutIds }, { database, now }) => ({
  checkoutIds: await findClaims(database, checkoutIds, new Date(now().getTime() - holdMs)),
})
