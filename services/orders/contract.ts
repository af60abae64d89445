import { outOfStock } from '@rialto/inventory/contract'
import { contract } from '@rialto/kit/contract'
import { conflict, problem } from '@rialto/kit/problem'
import { Address, Email, Id, input, Money, Page, paging, ShopperId, Text, Type } from '@rialto/kit/schema'
import { couponUnusable, waitingRoom } from '@rialto/pricing/contract'
import {
  Checkout,
  cartBeingBought,
  cartEmpty,
  cartNotReady,
  checkoutGivenUp,
  paymentDeclined,
  priceChanged,
} from './checkout-schemas.ts'
import {
  orderCancelled,
  orderChanged,
  orderDelivered,
  orderPlaced,
  orderRefunded,
  orderShipped,
  refundRequested,
} from './order-events.ts'
import { FulfilmentStatus, Order, OrderNote, OrderStatus, PaymentStatus } from './order-schemas.ts'
import { sagaOperations } from './saga-operations.ts'

export { Fulfilment, Order, OrderLine, OrderNote } from './order-schemas.ts'
export { type Saga, type SagaDetails, sagaActionRefused } from './saga-schemas.ts'
export {
  Checkout,
  cartBeingBought,
  cartEmpty,
  cartNotReady,
  checkoutGivenUp,
  orderCancelled,
  orderChanged,
  orderDelivered,
  orderPlaced,
  orderRefunded,
  orderShipped,
  paymentDeclined,
  priceChanged,
  refundRequested,
}

export const notCancellable = problem('not-cancellable', 409, 'The order can no longer be cancelled')
export const refundTooLarge = problem('refund-too-large', 409, 'More than was paid cannot be refunded', {
  refundable: Money,
})

/** Notes on one order at most. */
export const notesLimit = 200

const staff = 'staff:orders' as const
const ownerOrStaff = ['owner', staff, 'service'] as const
export const orders = contract(
  'orders',
  {
    version: 1,
    summary: 'Checkouts, orders, fulfilments and refunds',
    events: [
      orderPlaced,
      orderChanged,
      orderCancelled,
      orderShipped,
      orderDelivered,
      refundRequested,
      orderRefunded,
    ],
  },
  {
    ...sagaOperations,
    checkout: {
      method: 'POST',
      path: '/checkouts',
      access: 'shopper',
      urgent: true,
      limit: 'write',
      idempotent: 'by-handler',
      summary: 'Turn the own cart into an order',
      description:
        'Takes items, address, delivery and coupons from the cart. Send an Idempotency-Key: pressing twice then buys once. A status other than `confirmed` is open: follow `redirectUrl`, or read the checkout until it is decided.',
      body: input({
        expectedTotal: Money,
        payment: input({ gateway: Text(50), token: Text(200) }),
        billingAddress: Type.Optional(Address),
        returnUrl: Type.Optional(
          Type.String({
            pattern: '^/(?![/\\\\])',
            maxLength: 1900,
            description:
              'Path in the shop to come back to after 3-D Secure; `{id}` becomes the checkout’s id',
            examples: ['/checkout/return/{id}'],
          }),
        ),
      }),
      reply: { 201: Checkout },
      problems: [
        cartEmpty,
        cartNotReady,
        priceChanged,
        outOfStock,
        paymentDeclined,
        couponUnusable,
        cartBeingBought,
        checkoutGivenUp,
        waitingRoom,
      ],
    },
    getCheckout: {
      method: 'GET',
      path: '/checkouts/:id',
      access: ownerOrStaff,
      urgent: true,
      summary: 'Read a checkout; asks the payment gateway when it is still open',
      reply: { 200: Checkout },
    },
    getOrder: {
      method: 'GET',
      path: '/orders/:id',
      access: ownerOrStaff,
      summary: 'Read an order',
      reply: { 200: Order },
      live: { on: [orderChanged, orderCancelled, orderShipped, orderDelivered, orderRefunded], by: 'id' },
    },
    listOrders: {
      method: 'GET',
      path: '/orders',
      access: ownerOrStaff,
      summary: 'List orders, newest first; shoppers see their own',
      query: Type.Object({
        ...paging,
        ids: Type.Optional(
          Type.Array(Id('ord'), { minItems: 1, maxItems: 100, description: 'Of these only' }),
        ),
        status: Type.Optional(OrderStatus),
        paymentStatus: Type.Optional(PaymentStatus),
        fulfilmentStatus: Type.Optional(FulfilmentStatus),
        email: Type.Optional(Email),
        ownerId: Type.Optional(ShopperId),
        number: Type.Optional(Text(20)),
      }),
      reply: { 200: Page(Order) },
    },
    findOrder: {
      method: 'POST',
      path: '/orders/find',
      access: 'anyone',
      limit: 'auth',
      idempotent: 'by-content',
      readOnly: true,
      summary: 'Find an order by its number and e-mail',
      body: input({ number: Text(20), email: Email }),
      reply: { 200: Order },
    },
    cancelOrder: {
      method: 'POST',
      path: '/orders/:id/cancel',
      access: ownerOrStaff,
      summary: 'Cancel an order: shoppers until it is packed, staff until it is shipped',
      body: input({ reason: Type.Optional(Text(500)) }),
      reply: { 200: Order },
      problems: [notCancellable],
    },
    packOrder: {
      method: 'POST',
      path: '/orders/:id/fulfilments',
      access: [staff, 'service'],
      summary: 'Pack a fulfilment: given lines, or all that is left',
      body: input({
        lines: Type.Optional(
          Type.Array(input({ lineId: Id('line'), quantity: Type.Integer({ minimum: 1, maximum: 9999 }) }), {
            minItems: 1,
            maxItems: 100,
          }),
        ),
      }),
      reply: { 201: Order },
      problems: [conflict],
    },
    shipFulfilment: {
      method: 'POST',
      path: '/orders/:id/fulfilments/:fulfilmentId/ship',
      access: [staff, 'service'],
      summary: 'Hand a packed fulfilment to a carrier',
      body: input({ carrier: Text(100), trackingNumber: Text(100) }),
      reply: { 200: Order },
      problems: [conflict],
    },
    deliverFulfilment: {
      method: 'POST',
      path: '/orders/:id/fulfilments/:fulfilmentId/deliver',
      access: [staff, 'service'],
      summary: 'Record that a fulfilment has arrived',
      reply: { 200: Order },
      problems: [conflict],
    },
    addOrderNote: {
      method: 'POST',
      path: '/orders/:id/notes',
      access: staff,
      summary: 'Write a note for colleagues on an order; shoppers never see it',
      body: input({ text: Text(2_000) }),
      reply: { 201: OrderNote },
      problems: [conflict],
    },
    listOrderNotes: {
      method: 'GET',
      path: '/orders/:id/notes',
      access: staff,
      summary: 'List the notes on an order, oldest first',
      reply: { 200: Type.Object({ items: Type.Array(OrderNote, { maxItems: notesLimit }) }) },
    },
    refundOrder: {
      method: 'POST',
      path: '/orders/:id/refunds',
      access: staff,
      summary: 'Give money back, up to what was paid',
      body: input({ amount: Money, reason: Text(500) }),
      reply: { 201: Order },
      problems: [refundTooLarge],
    },
  },
)
