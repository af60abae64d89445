import { event } from '@rialto/kit/contract'
import { Id, Money, Type, Version } from '@rialto/kit/schema'
import { FulfilmentStatus, Order, OrderStatus, PaymentStatus } from './order-schemas.ts'

const Line = Type.Object({ variantId: Id('var'), quantity: Type.Integer() })
const Placed = Type.Object({ orderId: Id('ord'), checkoutId: Id('chk'), cartId: Id('cart'), order: Order })
export const orderPlaced = event('order.placed', 1, Placed)
export const orderCancelled = event(
  'order.cancelled',
  1,
  Type.Object({ orderId: Id('ord'), checkoutId: Id('chk'), lines: Type.Array(Line), order: Order }),
)
export const orderShipped = event(
  'order.shipped',
  1,
  Type.Object({
    orderId: Id('ord'),
    fulfilmentId: Id('ful'),
    carrier: Type.String(),
    trackingNumber: Type.String(),
    order: Order,
  }),
)
export const orderDelivered = event('order.delivered', 1, Type.Object({ orderId: Id('ord'), order: Order }))
export const refundRequested = event(
  'refund.requested',
  1,
  Type.Object({ refundId: Id('ref'), orderId: Id('ord'), checkoutId: Id('chk'), amount: Money }),
)
export const orderRefunded = event(
  'order.refunded',
  1,
  Type.Object({ orderId: Id('ord'), refundId: Id('ref'), amount: Money, order: Order }),
)
/** Said with every change after the order was placed, beside what tells of it in particular. */
export const orderChanged = event(
  'order.changed',
  1,
  Type.Object({
    orderId: Id('ord'),
    version: Version,
    status: OrderStatus,
    paymentStatus: PaymentStatus,
    fulfilmentStatus: FulfilmentStatus,
  }),
)
