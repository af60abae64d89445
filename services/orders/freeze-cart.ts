import type { Cart, CartItem } from '@rialto/cart/contract'
import { outOfStock } from '@rialto/inventory/contract'
import { hashOf } from '@rialto/kit/idempotency'
import { format } from '@rialto/kit/money'
import { unavailable } from '@rialto/kit/problem'
import type { Address, Money } from '@rialto/kit/schema'
import type { Quote } from '@rialto/pricing/contract'
import { type DeliveryOption, shipping } from '@rialto/shipping/contract'
import { cartEmpty, cartNotReady, type OrderLine, priceChanged } from './contract.ts'
import type { Draft } from './order.ts'

export interface Terms {
  readonly expectedTotal: Money
  readonly billingAddress?: Address
}

/**
 * Fixes what is bought, at which price and where to, so that nothing of it can change while it is paid.
 * Throws the problem that the shopper has to solve first.
 */
export function freezeCart(cart: Cart, terms: Terms, newLineId: () => string): Draft {
  if (cart.items.length === 0) throw cartEmpty('Put something into the cart first.')
  demandDelivery(cart)
  const { email, billingAddress, delivery } = whereTo(cart, terms)
  demandStock(cart.items)
  demandPrice(cart.quote, terms.expectedTotal)
  const { currency, coupons, subtotal, discount, deliveryTotal, tax, total } = cart.quote
  return {
    cartId: cart.id,
    cartState: stateOf(cart),
    email,
    currency,
    lines: cart.items.map((item) => freezeLine(item, cart.quote, newLineId())),
    coupons: coupons.filter(({ applied }) => applied).map(({ code }) => code),
    subtotal,
    discount,
    ...(delivery && {
      deliveryName: delivery.name,
      deliveryEarliest: delivery.earliest,
      deliveryLatest: delivery.latest,
    }),
    deliveryTotal,
    tax,
    total,
    ...(cart.address && { shippingAddress: cart.address }),
    billingAddress,
    ...(cart.note && { note: cart.note }),
  }
}

function stateOf({ id, version, items, quote }: Cart): string {
  const lines = items.map(({ variantId, quantity }) => [variantId, quantity])
  return `${id}:${hashOf([version, lines, quote.total])}`
}

/** What the shopper has chosen is not asked for again because shipping is away. */
function demandDelivery({ deliveryAway }: Cart): void {
  if (!deliveryAway) return
  const words = 'Delivery cannot be worked out just now. The cart is kept; try again in a moment.'
  throw unavailable(words, { service: shipping.listDeliveryOptions.service })
}

/** All that is missing is named at once, each field as the checkout page knows it. */
function whereTo(cart: Cart, { billingAddress = cart.address }: Terms) {
  const sent = cart.items.some(({ requiresShipping }) => requiresShipping)
  const delivery = cart.deliveryOptions.find(({ methodId }) => methodId === cart.deliveryMethodId)
  const errors: { field: string; message: string }[] = []
  const miss = (field: string, message: string) => errors.push({ field, message })
  for (const { availability, variantId, title } of cart.items) {
    const priced = cart.quote.lines.some((line) => line.variantId === variantId)
    if (availability === 'gone' || !priced) miss('items', `${title} is no longer for sale`)
  }
  if (!cart.email) miss('email', 'Tell us where to send the confirmation')
  if (!billingAddress || (sent && !cart.address)) miss('address', 'Tell us the address')
  if (sent && !delivery) miss('deliveryMethod', 'Choose how it is delivered')
  if (errors.length > 0 || !cart.email || !billingAddress) {
    throw cartNotReady(errors.map(({ message }) => `${message}.`).join(' '), { errors })
  }
  const chosen: DeliveryOption | undefined = sent ? delivery : undefined
  return { email: cart.email, billingAddress, delivery: chosen }
}

/** Only what is known to be short stops here; when inventory could not be asked, reserving tells. */
function demandStock(items: readonly CartItem[]): void {
  const lines = items
    .map((item) => ({ variantId: item.variantId, wanted: item.quantity, available: left(item) }))
    .filter(({ wanted, available }) => available < wanted)
  if (lines.length === 0) return
  const names = items.filter(({ variantId }) => lines.some((line) => line.variantId === variantId))
  const titles = names.map(({ title }) => title).join(', ')
  throw outOfStock(`There is not enough left of: ${titles}.`, { lines })
}

function left({ availability, available, quantity }: CartItem): number {
  return available ?? (availability === 'out' ? 0 : quantity)
}

/** A price that moved stops the checkout; the shopper decides anew. */
function demandPrice({ total, currency }: Quote, expected: Money): void {
  const actual = { amount: total, currency }
  if (expected.amount === total && expected.currency === currency) return
  throw priceChanged(`The total is now ${format(actual)} instead of ${format(expected)}.`, {
    expected,
    actual,
  })
}

function freezeLine(item: CartItem, quote: Quote, id: string): OrderLine {
  const line = quote.lines.find(({ variantId }) => variantId === item.variantId)
  if (!line) throw new Error(`The quote has no line for ${item.variantId}`)
  const { variantId, title, variantTitle, handle, sku, imageUrl, quantity } = item
  return {
    id,
    variantId,
    title,
    variantTitle,
    handle,
    ...(sku && { sku }),
    ...(imageUrl && { imageUrl }),
    quantity,
    unitPrice: line.unitPrice,
    discount: line.adjustments.reduce((sum, { amount }) => sum + amount, 0),
    tax: line.tax,
    taxRate: line.taxRate,
    total: line.total,
    fulfilled: 0,
  }
}
