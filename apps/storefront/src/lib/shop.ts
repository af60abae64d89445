import { type Cart, cart } from '@rialto/cart/contract'
import { pricing } from '@rialto/pricing/contract'
import { type CategoryInfo, departments, readCategories } from './categories.ts'
import { isProblem, unlessAway } from './problems.ts'

/** What every page shows around its content. */
export interface Shop {
  readonly name: string
  readonly currency: string
  readonly countries: readonly string[]
  readonly departments: readonly CategoryInfo[]
}

const nameless = { name: 'Rialto', currency: 'EUR', countries: ['DE'] }

export async function readShop(locals: App.Locals): Promise<Shop> {
  const [settings, categories] = await Promise.all([
    unlessAway(locals.call(pricing.getShopSettings, {})),
    unlessAway(readCategories(locals)),
  ])
  return { ...(settings ?? nameless), departments: departments(categories ?? []) }
}

/** The visitor's cart; who has neither session nor guest identity has none, and must not be given one by a look. */
export async function readCart({ call, hasSession, hasGuest }: App.Locals): Promise<Cart | undefined> {
  return hasSession || hasGuest ? call(cart.getCart, {}) : undefined
}

/** For the header: how many things are in the cart, undefined when that cannot be told. Staff have no cart. */
export async function countCart(locals: App.Locals): Promise<number | undefined> {
  try {
    return (await unlessAway(readCart(locals)))?.itemCount
  } catch (error) {
    if (isProblem(error) && error.status === 403) return undefined
    throw error
  }
}
