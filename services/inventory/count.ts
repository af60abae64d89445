import { type Balance, type Move, moved } from './stock.ts'

export interface Count {
  readonly variantId: string
  /** On the shelf; null stops tracking. */
  readonly quantity: number | null
  readonly backorder?: boolean
}

/** What a count makes of a balance. A count that confirms the books changes nothing. */
export function counted(
  balance: Balance,
  { variantId, quantity, backorder = balance.backorder }: Count,
  reason: string,
): { balance: Balance; move?: Move } {
  if (quantity === null) {
    return { balance: balance.tracked ? { ...balance, tracked: false } : balance }
  }
  // What is reserved is on the shelf too, but not free. Fewer than that leaves none free.
  const free = Math.max(0, quantity - balance.reserved)
  const move: Move = { variantId, kind: 'count', quantity: free - balance.free, reason }
  if (move.quantity === 0 && balance.tracked && balance.backorder === backorder) return { balance }
  const next = { ...moved(balance, move), tracked: true, backorder }
  return move.quantity === 0 ? { balance: next } : { balance: next, move }
}
