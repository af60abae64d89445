import type { Tx } from '@rialto/kit/database'
import { decide, type Outcome, type Request, type Reservation } from './reservation.ts'
import { type Clock, saveStock } from './save-stock.ts'
import type { Balance } from './stock.ts'
import { addMissing, lockBalances, lockReservations } from './stock-store.ts'

export interface Work {
  readonly requests: readonly Request[]
  /** Variants that the catalog has, in case inventory does not know them yet. */
  readonly appeared?: Iterable<string>
  /** Variants that the catalog no longer has. */
  readonly removed?: Iterable<string>
}

/**
 * Does the work of many checkouts in one transaction: locks all they touch, decides, writes. However many they
 * are, it is three statements, so a sought-after variant is not limited by one commit per buyer.
 */
export async function settle(tx: Tx, work: Work, clock: Clock): Promise<readonly Outcome[]> {
  const { requests } = work
  const removed = [...(work.removed ?? [])]
  await addMissing(tx, [...(work.appeared ?? []), ...removed])
  const { reservations, balances } = await lockAll(tx, requests, removed)
  const decision = decide(requests, reservations, balances)
  const after = new Map(decision.balances)
  for (const variantId of removed) discontinue(after, variantId)
  const { moves } = decision
  const sorted = {
    added: decision.reservations.filter(({ checkoutId }) => !reservations.has(checkoutId)),
    changed: decision.reservations.filter(({ checkoutId }) => reservations.has(checkoutId)),
  }
  await saveStock(tx, { before: balances, after, moves, reservations: sorted }, clock)
  return decision.outcomes
}

async function lockAll(tx: Tx, requests: readonly Request[], removed: readonly string[]) {
  const checkoutIds = [...new Set(requests.map(({ checkoutId }) => checkoutId))]
  const asked = requests.flatMap((request) => ('lines' in request ? idsOf(request.lines) : []))
  const known = [...new Set([...asked, ...removed])]
  // New reservations name all they touch, so both statements can be on their way at once.
  if (requests.every(({ kind }) => kind === 'reserve')) {
    const locking = [lockReservations(tx, checkoutIds), lockBalances(tx, known)] as const
    const [reservations, balances] = await Promise.all(locking)
    return { reservations, balances }
  }
  const reservations = await lockReservations(tx, checkoutIds)
  const held = [...reservations.values()].flatMap(({ lines }: Reservation) => idsOf(lines))
  return { reservations, balances: await lockBalances(tx, [...new Set([...known, ...held])]) }
}

function idsOf(lines: readonly { variantId: string }[]): string[] {
  return lines.map(({ variantId }) => variantId)
}

function discontinue(balances: Map<string, Balance>, variantId: string): void {
  const balance = balances.get(variantId)
  if (balance && !balance.removed) balances.set(variantId, { ...balance, removed: true })
}
