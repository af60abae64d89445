import { cart } from '@rialto/cart/contract'
import { catalog } from '@rialto/catalog/contract'
import type { ApiCall } from '@rialto/sdk'
import { search } from '@rialto/search/contract'
import { cards, fillCart, pay, prepare } from '../visitor.ts'

// What shoppers do most, each time with other things, so that no kept answer is told twice.

export interface Things {
  readonly variantIds: readonly string[]
  readonly handles: readonly string[]
  readonly categories: readonly string[]
  readonly words: readonly string[]
  /** A new guest at a browser. */
  guest(): ApiCall
}

/** Makes everything ready, and answers with what is counted. */
export type Operation = (things: Things, turn: number) => Promise<() => Promise<unknown>>

export const operations: Readonly<Record<string, Operation>> = {
  'product list': async ({ guest }, turn) => {
    const call = guest()
    return () => call(search.searchProducts, { limit: 20, minPrice: 1 + turn, facets: false })
  },
  'product page': async ({ guest, handles }, turn) => {
    const call = guest()
    return () => call(catalog.getProduct, { id: at(handles, turn) })
  },
  search: async ({ guest, words }, turn) => {
    const call = guest()
    return () => call(search.searchProducts, { q: at(words, turn), limit: 20, minPrice: 1 + turn })
  },
  'category with facets': async ({ guest, categories }, turn) => {
    const call = guest()
    return () => call(search.searchProducts, { category: at(categories, turn), minPrice: 1 + turn })
  },
  'add to cart': async ({ guest, variantIds }, turn) => {
    const call = guest()
    await call(cart.addItem, { variantId: at(variantIds, turn) })
    return () => call(cart.addItem, { variantId: at(variantIds, turn + 1) })
  },
  'cart page': async ({ guest, variantIds }, turn) => {
    const call = guest()
    await call(cart.addItem, { variantId: at(variantIds, turn) })
    await call(cart.addItem, { variantId: at(variantIds, turn + 1) })
    return () => call(cart.getCart, {})
  },
  checkout: async ({ guest, variantIds }, turn) => {
    const call = guest()
    const filled = await fillCart(call, { variantId: at(variantIds, turn) })
    const attempt = await prepare(call, filled, cards.approved)
    return () => pay(call, attempt)
  },
}

function at<Value>(values: readonly Value[], turn: number): Value {
  return values[turn % values.length] as Value
}
