import { problem } from '@rialto/kit/problem'
import { entity, Id, Instant, Link, Money, oneOf, type Static, Type } from '@rialto/kit/schema'

export const Checkout = entity('Checkout', {
  id: Id('chk'),
  status: oneOf(['running', 'action-required', 'confirmed', 'failed'], {
    description: '`running`: not decided yet, read it again',
  }),
  orderId: Type.Optional(Link('ord')),
  orderNumber: Type.Optional(Type.String()),
  redirectUrl: Type.Optional(Type.String({ description: 'Where the shopper confirms the payment' })),
  failure: Type.Optional(
    Type.Object({ code: Type.String(), detail: Type.String(), field: Type.Optional(Type.String()) }),
  ),
  total: Money,
  createdAt: Instant,
})
export type Checkout = Static<typeof Checkout>

export const cartEmpty = problem('cart-empty', 409, 'The cart is empty')
export const cartNotReady = problem('cart-not-ready', 409, 'The cart cannot be checked out yet', {
  errors: Type.Array(Type.Object({ field: Type.String(), message: Type.String() })),
})
export const priceChanged = problem('price-changed', 409, 'The total has changed', {
  expected: Money,
  actual: Money,
})
export const paymentDeclined = problem('payment-declined', 402, 'The payment was declined', {
  field: Type.Optional(Type.String()),
})
export const cartBeingBought = problem('cart-being-bought', 409, 'The cart is being paid for already', {
  checkoutId: Id('chk'),
})
export const checkoutGivenUp = problem('checkout-given-up', 409, 'The checkout was given up')
