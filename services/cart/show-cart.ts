import type { Context } from '@rialto/kit/service'
import { pricing, type Quote } from '@rialto/pricing/contract'
import { type DeliveryOption, shipping } from '@rialto/shipping/contract'
import { assembleCart, emptyQuote, parcelOf, quoteRequest } from './assemble-cart.ts'
import type { StoredCart } from './cart.ts'
import type { Cart } from './contract.ts'
import { loadCart } from './load-cart.ts'
import type { Own } from './own.ts'
import { askGoods, type Goods, orAway, patienceMs } from './peers.ts'

/** Shows a cart with what the other services say of it now; `known` saves asking about goods again. */
export async function showCart(cart: StoredCart, context: Context<Own>, known?: Goods): Promise<Cart> {
  const ids = cart.items.map(({ variantId }) => variantId)
  const [goods, shop] = await Promise.all([askGoods(context, ids, known), context.own.shop(context)])
  const quoteWith = (deliveryPrice?: number): Promise<Quote> | Quote => {
    const request = quoteRequest(cart, goods, shop, deliveryPrice)
    return request ? context.call(pricing.quote, request) : emptyQuote(cart, shop)
  }
  const offered = offerDelivery(cart, goods, shop.currency, context)
  if (cart.deliveryMethodId === null) {
    const [options, quote] = await Promise.all([offered, quoteWith()])
    return assembleCart(cart, { goods, quote, options })
  }
  // The price of the chosen delivery is part of the quote, so pricing waits for shipping.
  const options = await offered
  const chosen = options?.find(({ methodId }) => methodId === cart.deliveryMethodId)
  return assembleCart(cart, { goods, quote: await quoteWith(chosen?.price.amount), options })
}

/** Shows the actor's cart as it is after a change. */
export async function showOwnCart(_result: unknown, context: Context<Own>): Promise<Cart> {
  return showCart(await loadCart(context), context)
}

async function offerDelivery(
  cart: StoredCart,
  goods: Goods,
  currency: string,
  { call }: Pick<Context, 'call'>,
): Promise<DeliveryOption[] | undefined> {
  const parcel = parcelOf(cart, goods)
  if (!parcel || !cart.country) return []
  const question = { country: cart.country, currency, ...parcel }
  const answer = await orAway(call(shipping.listDeliveryOptions, question, { timeoutMs: patienceMs }))
  return answer?.items
}
