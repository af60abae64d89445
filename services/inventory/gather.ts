import type { Tx } from '@rialto/kit/database'
import type { Request } from './reservation.ts'
import type { Clock } from './save-stock.ts'
import { settle } from './settle.ts'

interface Gathered {
  readonly requests: Request[]
  readonly appeared: Set<string>
  readonly removed: Set<string>
}

const gatheredOf = new WeakMap<Tx, Gathered>()

/**
 * Several events may share one transaction. What they ask for is gathered and settled once before its commit:
 * all balances are then locked together, in order, and the statements are as many for a hundred events as for one.
 */
export function gather(tx: Tx, clock: Clock): Gathered {
  const known = gatheredOf.get(tx)
  if (known) return known
  const gathered: Gathered = { requests: [], appeared: new Set(), removed: new Set() }
  gatheredOf.set(tx, gathered)
  tx.beforeCommit(async () => {
    const outcomes = await settle(tx, gathered, clock)
    const failed = outcomes.findIndex(({ kind }) => kind !== 'done')
    if (failed >= 0) throw unsettled(gathered.requests[failed])
  })
  return gathered
}

/** The message is tried again, in case goods come in, and is parked for a person at last. */
function unsettled(request: Request | undefined): Error {
  return new Error(`Sold but not there any more: stock for ${request?.checkoutId} had been given back`)
}
