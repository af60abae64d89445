import { notEnoughStock } from './contract.ts'
import type { Goods } from './peers.ts'

/** Throws when fewer are left than wanted. While inventory is away nothing is refused: the checkout will know. */
export function refuseShort(goods: Goods, variantId: string, wanted: number, present: number): void {
  const available = goods.availability?.get(variantId)?.available
  if (available === undefined || available >= wanted) return
  const left = available === 0 ? 'This is sold out.' : `Only ${available} left.`
  const yours = available > 0 && present > 0 ? ` You have ${present} in your cart.` : ''
  throw notEnoughStock(left + yours, { variantId, available })
}
