import { entity, Id, Instant, oneOf, type Static, Text, Type } from '@rialto/kit/schema'

// The parts of an order.

export const OrderLine = entity('OrderLine', {
  id: Id('line'),
  variantId: Id('var'),
  title: Type.String(),
  variantTitle: Type.String(),
  handle: Type.String(),
  sku: Type.Optional(Type.String()),
  imageUrl: Type.Optional(Type.String()),
  quantity: Type.Integer(),
  unitPrice: Type.Integer(),
  discount: Type.Integer({ description: 'Negative or zero' }),
  tax: Type.Integer(),
  taxRate: Type.Number(),
  total: Type.Integer(),
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
  amount: Type.Integer(),
  reason: Type.String(),
  status: oneOf(['requested', 'done', 'failed']),
  createdAt: Instant,
})

export const PaymentStatus = oneOf(['authorized', 'paid', 'partially-refunded', 'refunded', 'voided'])
export const FulfilmentStatus = oneOf(['none', 'partial', 'packed', 'shipped', 'delivered'])

export const OrderNote = entity('OrderNote', {
  id: Id('note'),
  text: Text(2_000),
  authorId: Type.String({ description: 'The staff member who wrote it' }),
  at: Instant,
})
export type OrderNote = Static<typeof OrderNote>
