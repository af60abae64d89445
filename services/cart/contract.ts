import { contract } from '@rialto/kit/contract'
import { problem } from '@rialto/kit/problem'
import {
  Address,
  Country,
  Currency,
  entity,
  Id,
  input,
  Link,
  Minor,
  oneOf,
  ShopperId,
  type Static,
  Text,
  Type,
  Version,
} from '@rialto/kit/schema'
import { Quote } from '@rialto/pricing/contract'
import { DeliveryOption } from '@rialto/shipping/contract'

export const CartItem = entity('CartItem', {
  variantId: Link('var'),
  quantity: Type.Integer(),
  title: Type.String({ description: 'Of the product' }),
  variantTitle: Type.String(),
  handle: Type.String(),
  sku: Type.Optional(Type.String()),
  imageUrl: Type.Optional(Type.String()),
  weightGrams: Type.Integer(),
  requiresShipping: Type.Boolean(),
  unitPrice: Minor('Minor units, now'),
  total: Minor('Minor units, after reductions'),
  availability: oneOf(['in-stock', 'low', 'out', 'gone', 'unknown'], {
    description: '`gone`: no longer for sale; `unknown`: inventory could not be asked',
  }),
  available: Type.Optional(Type.Integer({ description: 'How many can be bought, when it matters' })),
  notice: Type.Optional(Type.String({ description: 'What the shopper should know, in plain words' })),
})
export type CartItem = Static<typeof CartItem>

export const Cart = entity('Cart', {
  id: Id('cart'),
  ownerId: ShopperId,
  currency: Currency,
  items: Type.Array(CartItem),
  itemCount: Type.Integer({ description: 'Sum of quantities' }),
  coupons: Type.Array(Type.String()),
  country: Type.Optional(Country),
  address: Type.Optional(Address),
  email: Type.Optional(Type.String()),
  deliveryMethodId: Type.Optional(Id('ship')),
  deliveryOptions: Type.Array(DeliveryOption, { description: 'Offered once a country is known' }),
  deliveryAway: Type.Optional(
    Type.Boolean({ description: 'Shipping does not answer just now; what was chosen is kept' }),
  ),
  note: Type.Optional(Type.String()),
  quote: Quote,
  ready: Type.Boolean({
    description: 'Whether checkout could go through: items, all available, delivery chosen where needed',
  }),
  version: Version,
})
export type Cart = Static<typeof Cart>

export const cartFull = problem('cart-full', 409, 'The cart is full')
export const notForSale = problem('not-for-sale', 409, 'The variant is not for sale', {
  variantId: Id('var'),
})
export const notEnoughStock = problem('not-enough-stock', 409, 'There is not enough in stock', {
  variantId: Id('var'),
  available: Type.Integer(),
})

const Quantity = Type.Integer({ minimum: 1, maximum: 9999 })

export const cart = contract(
  'cart',
  { version: 1, summary: 'What a shopper means to buy' },
  {
    getCart: {
      method: 'GET',
      path: '/cart',
      access: ['shopper', 'service'],
      summary: 'Read the own cart with live prices and availability',
      reply: { 200: Cart },
    },
    listCartVariants: {
      method: 'GET',
      path: '/cart/variants',
      access: 'shopper',
      internal: true,
      summary: 'Tell which variants the own cart holds, without asking anybody what they are',
      reply: { 200: Type.Object({ variantIds: Type.Array(Id('var')) }) },
    },
    addItem: {
      method: 'POST',
      path: '/cart/items',
      access: 'shopper',
      limit: 'write',
      summary: 'Add a variant; a quantity already there is increased',
      body: input({ variantId: Id('var'), quantity: Type.Optional(Quantity) }),
      reply: { 200: Cart },
      problems: [cartFull, notForSale, notEnoughStock],
    },
    changeItem: {
      method: 'PATCH',
      path: '/cart/items/:variantId',
      access: 'shopper',
      limit: 'write',
      summary: 'Set the quantity of an item; 0 removes it',
      body: input({ quantity: Type.Integer({ minimum: 0, maximum: 9999 }) }),
      reply: { 200: Cart },
      problems: [notEnoughStock],
    },
    removeItem: {
      method: 'DELETE',
      path: '/cart/items/:variantId',
      access: 'shopper',
      limit: 'write',
      summary: 'Remove an item',
      reply: { 200: Cart },
    },
    clearCart: {
      method: 'DELETE',
      path: '/cart/items',
      access: 'shopper',
      limit: 'write',
      summary: 'Remove all items',
      reply: { 200: Cart },
    },
    addCoupon: {
      method: 'POST',
      path: '/cart/coupons',
      access: 'shopper',
      limit: 'write',
      summary: 'Enter a coupon code',
      body: input({ code: Text(50) }),
      reply: { 200: Cart },
      problems: [cartFull],
    },
    removeCoupon: {
      method: 'DELETE',
      path: '/cart/coupons/:code',
      access: 'shopper',
      limit: 'write',
      summary: 'Take a coupon out',
      reply: { 200: Cart },
    },
    setDelivery: {
      method: 'PUT',
      path: '/cart/delivery',
      access: 'shopper',
      limit: 'write',
      summary: 'Set country, address, e-mail, delivery method or note; omitted fields stay',
      body: input({
        country: Type.Optional(Country),
        address: Type.Optional(Address),
        email: Type.Optional(Type.String({ format: 'email', maxLength: 254 })),
        deliveryMethodId: Type.Optional(Id('ship')),
        note: Type.Optional(Text(1000, 0)),
      }),
      reply: { 200: Cart },
    },
  },
)
