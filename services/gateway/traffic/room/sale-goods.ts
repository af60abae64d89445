import { cart } from '@rialto/cart/contract'
import type { Actor } from '@rialto/kit/access'
import { upTo } from '@rialto/kit/cache-limit'
import type { Call } from '@rialto/kit/client'
import { pricing } from '@rialto/pricing/contract'
import { LRUCache } from 'lru-cache'
import type { SetRoom } from './present-room.ts'

/** Whose carts hold what a sale is about. */
export interface SaleGoods {
  inCartOf(actor: Actor, room: SetRoom): Promise<boolean>
}

export interface SaleGoodsOptions {
  readonly call: Call
  readonly callAs: (actor: Actor) => Call
}

/** Products may move to other categories meanwhile. */
const keptMs = 10_000
const keptLimit = 10_000

/** Asks the cart each time, as it changes, and pricing about each variant now and then. */
export function openSaleGoods({ call, callAs }: SaleGoodsOptions): SaleGoods {
  const kept = new LRUCache<string, boolean>({ ...upTo(keptLimit), ttl: keptMs })
  return {
    inCartOf: async (actor, room) => {
      const { variantIds } = await callAs(actor)(cart.listCartVariants, {})
      const keyOf = (variantId: string) => `${room.id} ${room.version} ${variantId}`
      const told = variantIds.map((id) => ({ id, isFor: kept.get(keyOf(id)) }))
      if (told.some(({ isFor }) => isFor)) return true
      const unknown = told.filter(({ isFor }) => isFor === undefined).map(({ id }) => id)
      if (unknown.length === 0) return false
      const found = new Set((await call(pricing.findSaleGoods, { variantIds: unknown })).variantIds)
      for (const id of unknown) kept.set(keyOf(id), found.has(id))
      return found.size > 0
    },
  }
}
