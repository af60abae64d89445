import { type Database, isUniqueViolation } from '@rialto/kit/database'
import { groupCommit } from '@rialto/kit/group-commit'
import { readTogether } from '@rialto/kit/read-together'
import type { Outcome, Request } from './reservation.ts'
import type { Clock } from './save-stock.ts'
import { settle } from './settle.ts'
import type { Balance } from './stock.ts'
import { readBalances } from './stock-store.ts'

interface Asked {
  readonly request: Request
  readonly clock: Clock
}

/** What the handlers of inventory share. */
export interface Own {
  /** Settles a request together with those that wait at the same time. */
  readonly settle: (asked: Asked) => Promise<Outcome>
  /** Balances without locking them, for showing. */
  readonly balancesOf: (variantIds: readonly string[]) => Promise<Balance[]>
}

export function openOwn({ database }: { database: Database }): Own {
  return {
    settle: groupCommit((asked) => settleAll(database, asked)),
    balancesOf: readTogether(
      (ids) => readBalances(database.quick, ids),
      ({ variantId }) => variantId,
    ),
  }
}

const attemptsLimit = 3

async function settleAll(
  database: Database,
  asked: readonly Asked[],
  attempt = 1,
): Promise<readonly Outcome[]> {
  const requests = asked.map(({ request }) => request)
  const clock = asked[0]?.clock as Clock
  try {
    return await database.transaction((tx) => settle(tx, { requests }, clock))
  } catch (error) {
    // Another replica, or an event, noted one of these checkouts first at this very moment. Now it can be seen.
    const again = isUniqueViolation(error, 'reservations_pkey') && attempt < attemptsLimit
    if (!again) throw error
    return settleAll(database, asked, attempt + 1)
  }
}
