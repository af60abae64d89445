import { notFound, versionConflict } from '@rialto/kit/problem'
import type { TransactionContext } from '@rialto/kit/service'
import type { Stock } from './contract.ts'
import { saveStock } from './save-stock.ts'
import { type Balance, type Move, moved } from './stock.ts'
import { lockBalances, readStock } from './stock-store.ts'

/** Moves the stock of one variant by staff's hand, unless somebody else was faster. */
export async function changeBalance(
  context: TransactionContext,
  variantId: string,
  decide: (balance: Balance) => Move,
): Promise<Stock> {
  const { tx, expectedVersion } = context
  const before = await lockBalances(tx, [variantId])
  const balance = before.get(variantId)
  if (!balance || balance.removed) throw notFound('There is no stock record for this variant.')
  if (expectedVersion !== undefined && expectedVersion !== balance.version) {
    throw versionConflict('The stock has changed meanwhile.', { currentVersion: balance.version })
  }
  const move = decide(balance)
  if (move.quantity !== 0) {
    const after = new Map([[variantId, moved(balance, move)]])
    await saveStock(tx, { before, after, moves: [move] }, context)
  }
  return (await readStock(tx, variantId)) as Stock
}
