import type { Database } from '@rialto/kit/database'
import { groupCommit } from './group-commit.ts'
import type { Outcome, Request } from './reservation.ts'
import type { Clock } from './save-stock.ts'
import { settle } from './settle.ts'

/** What the handlers of inventory share. */
export interface Own {
  /** Settles a request together with those that wait at the same time. */
  readonly settle: (asked: { request: Request; clock: Clock }) => Promise<Outcome>
}

export function openOwn({ database }: { database: Database }): Own {
  return {
    settle: groupCommit((asked) => {
      const requests = asked.map(({ request }) => request)
      const clock = asked[0]?.clock as Clock
      return database.transaction((tx) => settle(tx, { requests }, clock))
    }),
  }
}
