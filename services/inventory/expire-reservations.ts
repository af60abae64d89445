import type { Context } from '@rialto/kit/service'
import { orders } from '@rialto/orders/contract'
import type { Own } from './own.ts'
import { settle } from './settle.ts'
import { findDue, prolong } from './stock-store.ts'

const batchLimit = 200
/** After so long it is asked again whether goods are still needed. */
const prolongedMs = 5 * 60_000

/**
 * Gives back what checkouts held for too long. Whether they need it still is asked first: the news of an order may
 * be late, and the clocks of two services may differ. While orders cannot be asked, goods stay held.
 */
export async function expireReservations({ call, database, now, newId }: Context<Own>): Promise<void> {
  for (;;) {
    const at = now()
    const due = await findDue(database, at, batchLimit)
    if (due.length === 0) return
    const { checkoutIds } = await call(orders.listClaims, { checkoutIds: due })
    const needed = new Set(checkoutIds)
    await prolong(database, checkoutIds, { now: at, until: new Date(at.getTime() + prolongedMs) })
    const requests = due
      .filter((checkoutId) => !needed.has(checkoutId))
      .map((checkoutId) => ({ kind: 'expire' as const, checkoutId, now: at.toISOString() }))
    if (requests.length > 0) await database.transaction((tx) => settle(tx, { requests }, { now, newId }))
  }
}
