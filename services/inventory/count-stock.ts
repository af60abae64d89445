import type { WriteHandler } from '@rialto/kit/service'
import type { inventory } from './contract.ts'
import { counted } from './count.ts'
import { saveStock } from './save-stock.ts'
import type { Move } from './stock.ts'
import { addMissing, lockBalances } from './stock-store.ts'

/** Sets stock after a count. A variant that the catalog has not told of yet gets its balance here. */
export const countStock: WriteHandler<typeof inventory.countStock> = async ({ counts, reason }, context) => {
  const { tx } = context
  const variantIds = [...new Set(counts.map(({ variantId }) => variantId))]
  await addMissing(tx, variantIds)
  const before = await lockBalances(tx, variantIds)
  const after = new Map(before)
  const moves: Move[] = []
  for (const count of counts) {
    const balance = after.get(count.variantId)
    if (!balance) throw new Error(`${count.variantId} was just added and is not there`)
    const made = counted(balance, count, reason)
    after.set(count.variantId, made.balance)
    if (made.move) moves.push(made.move)
  }
  return { changed: await saveStock(tx, { before, after, moves }, context) }
}
