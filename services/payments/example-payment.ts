import type { StoredPayment } from './payment.ts'

/** A payment for tests that open no database. */
export function example(more: Partial<StoredPayment> = {}): StoredPayment {
  return {
    id: 'pay_1',
    checkoutId: 'chk_1',
    gateway: 'sandbox',
    status: 'authorizing',
    wanted: 'hold',
    amount: 100,
    currency: 'EUR',
    captured: 0,
    refunded: 0,
    refunding: 0,
    declineReason: null,
    declineField: null,
    redirectUrl: null,
    askAt: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    version: 1,
    pending: [],
    ...more,
  }
}
