import type { Message } from '@rialto/kit/message'
import type { Context } from '@rialto/kit/service'
import type { Own } from './own.ts'
import { settle } from './settle.ts'
import { findDue } from './stock-store.ts'

const batchLimit = 200

/** Gives back what checkouts held for too long. Also takes those whose own job was lost. */
export async function endReservations(
  _message: Message,
  { database, now, newId }: Context<Own>,
): Promise<void> {
  for (;;) {
    const due = await findDue(database, now(), batchLimit)
    if (due.length === 0) return
    const at = now().toISOString()
    const requests = due.map(({ checkoutId }) => ({ kind: 'expire' as const, checkoutId, now: at }))
    await database.transaction((tx) => settle(tx, { requests }, { now, newId }))
  }
}
