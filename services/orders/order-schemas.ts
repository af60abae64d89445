import { entity, Id, Instant, Link, Minor, oneOf, type Static, Text, Type } from '@rialto/kit/schema'

// The parts of an order.

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
