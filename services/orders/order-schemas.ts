import {
  Address,
  Currency,
  Email,
  entity,
  Id,
  Instant,
  Link,
  Minor,
  oneOf,
  ShopperId,
  type Static,
  Text,
  Type,
  Version,
} from '@rialto/kit/schema'

// An order and its parts.

export const OrderLine = entity('OrderLine', {
  id: Id('line'),
  variantId: Link('var'),
  title: Type.String(),
  variantTitle: Type.String(),
  handle: Type.String(),
  sku: Type.Optional(Type.String()),
  imageUrl: Type.Optional(Type.String()),
  quantity: Type.Integer(),
  unitPrice: Minor(),
  discount: Minor('Minor units, negative or zero'),
  tax: Minor(),
  taxRate: Type.Number({ description: 'Percent' }),
  total: Minor(),
  fulfilled: Type.Integer({ description: 'Packed so far' }),
})
export type OrderLine = Static<typeof OrderLine>

export const Fulfilment = entity('Fulfilment', {
  id: Id('ful'),
  status: oneOf(['packed', 'shipped', 'delivered']),
  lines: Type.Array(Type.Object({ lineId: Id('line'), quantity: Type.Integer() })),
  carrier: Type.Optional(Type.String()),
  trackingNumber: Type.Optional(Type.String()),
  packedAt: Instant,
  shippedAt: Type.Optional(Instant),
  deliveredAt: Type.Optional(Instant),
})
export type Fulfilment = Static<typeof Fulfilment>

export const Refund = entity('Refund', {
  id: Id('ref'),
  amount: Minor(),
  reason: Type.String(),
  status: oneOf(['requested', 'done', 'failed']),
  createdAt: Instant,
})

export const OrderStatus = oneOf(['processing', 'shipped', 'delivered', 'cancelled'], {
  title: 'OrderStatus',
  description: 'In the customer’s words; derived',
})
export const PaymentStatus = oneOf(['authorized', 'paid', 'partially-refunded', 'refunded', 'voided'], {
  title: 'OrderPaymentStatus',
})
export const FulfilmentStatus = oneOf(['none', 'partial', 'packed', 'shipped', 'delivered'], {
  title: 'OrderFulfilmentStatus',
})

export const OrderNote = entity('OrderNote', {
  id: Id('note'),
  text: Text(2_000),
  authorId: Type.String({ description: 'The staff member who wrote it' }),
  at: Instant,
})
export type OrderNote = Static<typeof OrderNote>

export const Order = entity('Order', {
  id: Id('ord'),
  number: Type.String({ examples: ['R-7K2M9QX4'] }),
  checkoutId: Id('chk'),
  ownerId: ShopperId,
  email: Email,
  status: OrderStatus,
  paymentStatus: PaymentStatus,
  fulfilmentStatus: FulfilmentStatus,
  currency: Currency,
  lines: Type.Array(OrderLine),
  coupons: Type.Array(Type.String()),
  subtotal: Minor(),
  discount: Minor('Minor units, negative or zero'),
  deliveryName: Type.Optional(Type.String()),
  deliveryEarliest: Type.Optional(Type.String()),
  deliveryLatest: Type.Optional(Type.String()),
  deliveryTotal: Minor(),
  tax: Minor('Contained in the total, minor units'),
  total: Minor(),
  captured: Minor('Charged so far, minor units'),
  refunded: Minor('Given back so far, minor units'),
  shippingAddress: Type.Optional(Address),
  billingAddress: Address,
  note: Type.Optional(Type.String()),
  fulfilments: Type.Array(Fulfilment),
  refunds: Type.Array(Refund),
  timeline: Type.Array(Type.Object({ at: Instant, what: Type.String({ description: 'In plain words' }) })),
  placedAt: Instant,
  cancelledAt: Type.Optional(Instant),
  cancelReason: Type.Optional(Type.String()),
  version: Version,
})
export type Order = Static<typeof Order>
