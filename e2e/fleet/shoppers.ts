import { catalog } from '@rialto/catalog/contract'
import { orders } from '@rialto/orders/contract'
import { search } from '@rialto/search/contract'
import { inParallel } from '../in-parallel.ts'
import { cards, decided, fillCart, openVisitor, pay, prepare } from '../visitor.ts'
import { wordsOf } from '../words-of.ts'

/** What became of the work of shoppers who go on until they are told to stop. */
export interface Shopping {
  readonly orders: number
  readonly requests: number
  /** Answers that were refusals, and connections that broke: who did what, and what came of it. */
  readonly failures: readonly string[]
  stop(): Promise<void>
}

export interface ShoppingOptions {
  readonly url: string
  readonly variantId: string
  readonly handle: string
  readonly shoppers: number
}

/** Sends shoppers who look around, buy and read their order, again and again, each time as somebody new. */
export function sendShoppers(options: ShoppingOptions): Shopping {
  const failures: string[] = []
  let stopped = false
  let orderCount = 0
  let requests = 0
  const attempt = async <Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> => {
    requests++
    try {
      return await work()
    } catch (error) {
      failures.push(`${what}: ${wordsOf(error)}`)
      return undefined
    }
  }
  const working = inParallel(Array.from({ length: options.shoppers }), options.shoppers, async () => {
    while (!stopped) if (await shopOnce(options, attempt)) orderCount++
  })
  return {
    get orders() {
      return orderCount
    },
    get requests() {
      return requests
    },
    failures,
    stop: async () => {
      stopped = true
      await working
    },
  }
}

type Attempt = <Result>(what: string, work: () => Promise<Result>) => Promise<Result | undefined>

async function shopOnce(shop: ShoppingOptions, attempt: Attempt): Promise<boolean> {
  const { call } = openVisitor(shop)
  await attempt('look for it', () => call(search.searchProducts, { limit: 20, q: shop.handle }))
  await attempt('read about it', () => call(catalog.getProduct, { id: shop.handle }))
  const filled = await attempt('fill the cart', () => fillCart(call, { variantId: shop.variantId }))
  if (!filled) return false
  const ready = await attempt('give a card', () => prepare(call, filled, cards.approved))
  if (!ready) return false
  const begun = await attempt('pay', () => pay(call, ready))
  const checkout = begun && (await attempt('wait for the decision', () => decided(call, begun.id)))
  const id = checkout?.orderId
  if (id === undefined) return false
  return (await attempt('read the order', () => call(orders.getOrder, { id }))) !== undefined
}
