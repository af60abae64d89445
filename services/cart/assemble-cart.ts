import { format } from '@rialto/kit/money'
import type { Quote, QuoteRequest } from '@rialto/pricing/contract'
import type { DeliveryOption } from '@rialto/shipping/contract'
import type { Item, StoredCart } from './cart.ts'
import type { Cart, CartItem } from './contract.ts'
import type { Shop } from './own.ts'
import type { Goods } from './peers.ts'

/** What delivery is priced by: of the lines that are sent. */
export interface Parcel {
  readonly subtotal: number
  readonly weightGrams: number
  readonly itemCount: number
}

/** What is to be sent, or undefined when nothing is: digital goods need no delivery. */
export function parcelOf({ items }: StoredCart, { variants }: Goods): Parcel | undefined {
  let [subtotal, weightGrams, itemCount] = [0, 0, 0]
  for (const { variantId, quantity } of items) {
    const variant = variants.get(variantId)
    if (!variant) continue
    subtotal += variant.price.amount * quantity
    if (!variant.requiresShipping) continue
    weightGrams += variant.weightGrams * quantity
    itemCount += quantity
  }
  return itemCount === 0 ? undefined : { subtotal, weightGrams, itemCount }
}

/** The question to pricing, or undefined when there is nothing to price. */
export function quoteRequest(
  cart: StoredCart,
  { variants }: Goods,
  shop: Shop,
  deliveryPrice: number | undefined,
): QuoteRequest | undefined {
  const priced = cart.items.filter(({ variantId }) => variants.has(variantId))
  if (priced.length === 0) return undefined
  return {
    currency: shop.currency,
    lines: priced.map(({ variantId, quantity }) => ({ variantId, quantity })),
    coupons: [...cart.coupons],
    shopperId: cart.ownerId,
    ...(cart.country && { country: cart.country }),
    ...(deliveryPrice !== undefined && { deliveryPrice }),
  }
}

export function emptyQuote({ coupons }: StoredCart, { currency, pricesIncludeTax }: Shop): Quote {
  return {
    currency,
    pricesIncludeTax,
    lines: [],
    coupons: coupons.map((code) => ({ code, applied: false, reason: 'The cart is empty.' })),
    hints: [],
    missing: [],
    subtotal: 0,
    discount: 0,
    deliveryTotal: 0,
    tax: 0,
    total: 0,
  }
}

export interface Facts {
  readonly goods: Goods
  readonly quote: Quote
  /** What can be chosen now; empty when nothing is sent or nobody knows where to, undefined while shipping is away. */
  readonly options: readonly DeliveryOption[] | undefined
}

/** Puts together what the shopper sees. */
export function assembleCart(cart: StoredCart, { goods, quote, options }: Facts): Cart {
  const lines = new Map(quote.lines.map((line) => [line.variantId, line]))
  const items = cart.items.map((item) => showItem(item, goods, lines.get(item.variantId)))
  const chosen = options?.find(({ methodId }) => methodId === cart.deliveryMethodId)
  const delivered = chosen !== undefined || parcelOf(cart, goods) === undefined
  return {
    id: cart.id,
    ownerId: cart.ownerId,
    currency: quote.currency,
    items,
    itemCount: items.reduce((sum, { quantity }) => sum + quantity, 0),
    coupons: [...cart.coupons],
    ...(cart.country && { country: cart.country }),
    ...(cart.address && { address: cart.address }),
    ...(cart.email && { email: cart.email }),
    ...(chosen && { deliveryMethodId: chosen.methodId }),
    deliveryOptions: [...(options ?? [])],
    ...(options === undefined && { deliveryAway: true }),
    ...(cart.note && { note: cart.note }),
    quote,
    ready: items.length > 0 && items.every(canBeBought) && delivered,
    version: cart.version,
  }
}

function showItem(item: Item, goods: Goods, line: Quote['lines'][number] | undefined): CartItem {
  const variant = goods.variants.get(item.variantId)
  if (!variant || !line) return goneItem(item)
  const stock = goods.availability?.get(item.variantId)
  const matters = stock && (stock.state !== 'in-stock' || stock.available < item.quantity)
  const notice = [stockNotice(item.quantity, stock?.available), priceNotice(item, variant.price)]
  const told = notice.filter((one) => one !== undefined).join('. ')
  return {
    variantId: item.variantId,
    quantity: item.quantity,
    title: variant.productTitle,
    variantTitle: variant.title,
    handle: variant.productHandle,
    ...(variant.sku && { sku: variant.sku }),
    ...(variant.imageUrl && { imageUrl: variant.imageUrl }),
    weightGrams: variant.weightGrams,
    requiresShipping: variant.requiresShipping,
    unitPrice: line.unitPrice,
    total: line.total,
    availability: stock?.state ?? 'unknown',
    ...(matters && { available: stock.available }),
    ...(told && { notice: told }),
  }
}

function goneItem({ variantId, quantity, title, variantTitle, handle }: Item): CartItem {
  return {
    variantId,
    quantity,
    title,
    variantTitle,
    handle,
    weightGrams: 0,
    requiresShipping: false,
    unitPrice: 0,
    total: 0,
    availability: 'gone',
    notice: 'No longer available',
  }
}

function stockNotice(quantity: number, available: number | undefined): string | undefined {
  if (available === undefined) return 'We cannot check the stock just now'
  if (available >= quantity) return undefined
  return available === 0 ? 'Sold out' : `Only ${available} left`
}

function priceNotice(item: Item, price: { amount: number; currency: string }): string | undefined {
  const then = { amount: item.unitPrice, currency: item.currency }
  if (price.currency !== then.currency || price.amount <= then.amount) return undefined
  return `The price rose from ${format(then)} to ${format(price)}`
}

function canBeBought({ availability, available, quantity }: CartItem): boolean {
  const sold = availability === 'in-stock' || availability === 'low'
  return sold && (available === undefined || available >= quantity)
}
