import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import type { Fulfilment, Order } from '@rialto/orders/contract'

/** What several tests of this service need. */
export const staff: Actor = { kind: 'staff', id: newId('staff'), permissions: ['shipping'] }

const at = '2026-06-15T10:00:00.000Z'

export function fulfilment(status: Fulfilment['status'], more: Partial<Fulfilment> = {}): Fulfilment {
  return { id: newId('ful'), status, lines: [], packedAt: at, ...more }
}

export function order(fulfilments: Fulfilment[] = []): Order {
  return {
    id: newId('ord'),
    number: 'R-TEST0001',
    checkoutId: newId('chk'),
    ownerId: newId('guest'),
    email: 'ada@example.org',
    status: 'processing',
    paymentStatus: 'paid',
    fulfilmentStatus: 'none',
    currency: 'EUR',
    lines: [],
    coupons: [],
    subtotal: 1000,
    discount: 0,
    deliveryTotal: 0,
    tax: 0,
    total: 1000,
    captured: 1000,
    refunded: 0,
    billingAddress: { name: 'Ada', line1: 'Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' },
    fulfilments,
    refunds: [],
    timeline: [],
    placedAt: at,
    version: 1,
  }
}
