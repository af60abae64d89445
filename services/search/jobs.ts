import { productChanged } from '@rialto/catalog/contract'
import type { Tx } from '@rialto/kit/database'
import { job } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import { Type } from '@rialto/kit/schema'

/** Shows a product at the instant for which it was announced. */
export const publishProduct = job('publish-product', Type.Object({ product: productChanged.schema }))

/** Adds what was sold to the popularity of the products. */
export const countSales = job('count-sales', Type.Object({}))

/** Reads a page of the catalog into the new index; the last one switches to it. */
export const rebuildPage = job(
  'rebuild-page',
  Type.Object({ rebuildId: Type.String(), after: Type.Optional(Type.String()) }),
)

/** All sales within the same 15 seconds are counted by one job: popularity need not be newer. */
const countEveryMs = 15_000

export function scheduleCount(tx: Tx, now: Date): void {
  const at = Math.ceil((now.getTime() + 1) / countEveryMs) * countEveryMs
  if (scheduled.get(tx.pool) === at) return
  schedule(tx, countSales, {}, { at: new Date(at), id: `count-sales:${new Date(at).toISOString()}` })
  tx.afterCommit(() => scheduled.set(tx.pool, at))
}

/** The last job that is known to be there, by database: saves a statement for nearly every order. */
const scheduled = new WeakMap<Tx['pool'], number>()
