import type { Reply } from '@rialto/kit/contract'
import { readTogether } from '@rialto/kit/read-together'
import { type Static, Type } from '@rialto/kit/schema'
import type { Context, Opened } from '@rialto/kit/service'
import { pricing } from '@rialto/pricing/contract'
import type { StoredCart } from './cart.ts'
import { readCarts } from './cart-store.ts'
import { isAway } from './peers.ts'

export const config = Type.Object({
  CART_KEPT_DAYS: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 3650,
    description: 'After so many days without a change a cart is removed',
  }),
})

export type Shop = Reply<typeof pricing.getShopSettings>

/** What the handlers of cart share. */
export interface Own {
  readonly keptDays: number
  /** The carts of these owners, who are given by whoever asks; those who ask at once share one statement. */
  readonly cartsOf: (ownerIds: readonly string[]) => Promise<StoredCart[]>
  /** The shop's currency and tax display, asked once a minute. */
  readonly shop: (context: Pick<Context, 'call' | 'now'>) => Promise<Shop>
}

const shopKeptMs = 60_000

export function openOwn({ config: settings, database }: Opened<Static<typeof config>>): Own {
  let known: { readonly shop: Shop; readonly until: number } | undefined
  return {
    keptDays: settings.CART_KEPT_DAYS,
    cartsOf: readTogether(
      (ownerIds) => readCarts(database.quick, ownerIds),
      ({ ownerId }) => ownerId,
    ),
    shop: async ({ call, now }) => {
      const time = now().getTime()
      if (known && time < known.until) return known.shop
      try {
        const shop = await call(pricing.getShopSettings, {})
        known = { shop, until: time + shopKeptMs }
        return shop
      } catch (error) {
        // A shop rarely changes its currency: what was known a moment ago still holds.
        if (known && isAway(error)) return known.shop
        throw error
      }
    },
  }
}
