import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Facts, Order } from '../../facts.ts'
import { brokenPromises } from './broken-promises.ts'
import { type Answer, nothingTold, type Purchase, type Told } from './told.ts'

const order: Order = {
  id: 'ord_1',
  number: 'R-1',
  checkoutId: 'chk_1',
  email: 'ada@storm.example',
  currency: 'EUR',
  total: 1_000,
  captured: 1_000,
  refunded: 100,
  cancelled: false,
  delivered: false,
  lines: [{ variantId: 'var_1', quantity: 1 }],
  refunds: [{ id: 'ref_1', amount: 100, reason: 'A scratch', status: 'done' }],
  fulfilments: [{ id: 'ful_1', status: 'shipped', trackingNumber: 'T-1' }],
}

const nothing: Facts = {
  checkouts: [],
  orders: [],
  sagas: [],
  payments: [],
  refunds: [],
  ledger: [],
  stock: [],
  movements: [],
  receipts: [],
  soldByCheckout: [],
  reservations: [],
  mails: [],
  waiting: [],
  heard: [],
  popularity: [],
  redemptions: [],
  promotions: [],
}

function facts(change: Partial<Order> = {}, more: Partial<Facts> = {}): Facts {
  const refund = { id: 'ref_1', paymentId: 'pay_1', amount: 100, status: 'done' }
  const receipt = { variantId: 'var_1', quantity: 3, reason: 'New goods' }
  return { ...nothing, orders: [{ ...order, ...change }], refunds: [refund], receipts: [receipt], ...more }
}

const confirmed: Answer = { kind: 'confirmed', checkoutId: 'chk_1', orderId: 'ord_1', total: 1_000 }

function pressed(last: Answer | undefined, email = order.email): Purchase {
  return { email, card: '', pay: () => Promise.reject(new Error('not here')), last }
}

function told(more: Partial<Told>): Told {
  return { ...nothingTold(), purchases: [pressed(confirmed)], ...more }
}

const refund = { orderId: 'ord_1', reason: 'A scratch', amount: 100 }
const shipment = { orderId: 'ord_1', trackingNumber: 'T-1' }
const restock = { variantId: 'var_1', quantity: 3, reason: 'New goods' }

test('who was told the truth has nothing to complain about', () => {
  const all = told({
    purchases: [
      pressed(confirmed),
      pressed(confirmed),
      pressed({ kind: 'refused', code: 'payment-declined' }, 'b'),
    ],
    cancellations: [{ orderId: 'ord_1', word: 'refused' }],
    refunds: [{ ...refund, word: 'done' }],
    shipments: [{ ...shipment, word: 'done' }],
    restocks: [{ ...restock, word: 'done' }],
  })
  assert.deepEqual(brokenPromises(all, facts()), [])
})

test('it is noticed when a press has no answer at all, and what was heard instead', () => {
  const silent = { ...pressed(undefined), instead: '503 unavailable' }
  const violations = brokenPromises(told({ purchases: [silent] }), facts())
  assert.deepEqual(violations, [
    'ada@storm.example pressed and was never answered, even after the storm: 503 unavailable',
  ])
})

test('of what nobody was told either may be true', () => {
  const unknown = told({
    purchases: [pressed({ kind: 'running', checkoutId: 'chk_1' })],
    cancellations: [{ orderId: 'ord_1', word: 'none' }],
    refunds: [
      { ...refund, word: 'none' },
      { ...refund, reason: 'Another one', word: 'none' },
    ],
    shipments: [{ ...shipment, trackingNumber: 'T-2', word: 'none' }],
    restocks: [{ ...restock, reason: 'Other goods', word: 'none' }],
  })
  assert.deepEqual(brokenPromises(unknown, facts()), [])
})

const lies: readonly { what: string; told: Told; facts: Facts; breaks: RegExp }[] = [
  {
    what: 'an order that was promised is not there',
    told: told({}),
    facts: nothing,
    breaks: /told of order ord_1, which is not there/,
  },
  {
    what: 'an order has another total than was told',
    told: told({}),
    facts: facts({ total: 2_000 }),
    breaks: /told of order ord_1, which is not there as told/,
  },
  {
    what: 'somebody was told that the card is declined, and has an order',
    told: told({ purchases: [pressed({ kind: 'refused', code: 'payment-declined' })] }),
    facts: facts(),
    breaks: /told of no order, and has R-1/,
  },
  {
    what: 'a cancelled order goes on',
    told: told({ cancellations: [{ orderId: 'ord_1', word: 'done' }] }),
    facts: facts(),
    breaks: /cancellation of ord_1 was done, the order is not cancelled/,
  },
  {
    what: 'an order is cancelled though that was refused',
    told: told({ cancellations: [{ orderId: 'ord_1', word: 'refused' }] }),
    facts: facts({ cancelled: true }),
    breaks: /cancellation of ord_1 was refused, the order is cancelled/,
  },
  {
    what: 'a refund is not there',
    told: told({ refunds: [{ ...refund, word: 'done' }] }),
    facts: facts({ refunds: [] }),
    breaks: /refund "A scratch".*is there 0 times/,
  },
  {
    what: 'one press gave money back twice',
    told: told({ refunds: [{ ...refund, word: 'done' }] }),
    facts: facts({ refunds: [...order.refunds, ...order.refunds] }),
    breaks: /refund "A scratch".*is there 2 times/,
  },
  {
    what: 'a refund is of another amount',
    told: told({ refunds: [{ ...refund, amount: 50, word: 'done' }] }),
    facts: facts(),
    breaks: /is of 100, not 50/,
  },
  {
    what: 'a refund is done in orders only',
    told: told({ refunds: [{ ...refund, word: 'done' }] }),
    facts: facts({}, { refunds: [] }),
    breaks: /is done in orders, and done 0 times in payments/,
  },
  {
    what: 'a refund of an order that stands has failed',
    told: told({ refunds: [{ ...refund, word: 'done' }] }),
    facts: facts({ refunds: [{ ...refund, id: 'ref_1', status: 'failed' }] }),
    breaks: /is failed in orders/,
  },
  {
    what: 'a parcel is not on its way',
    told: told({ shipments: [{ ...shipment, word: 'done' }] }),
    facts: facts({ fulfilments: [] }),
    breaks: /shipment T-1.*is there 0 times/,
  },
  {
    what: 'goods were booked in twice',
    told: told({ restocks: [{ ...restock, word: 'done' }] }),
    facts: facts({}, { receipts: [restock, restock] }),
    breaks: /receipt "New goods".*is there 2 times/,
  },
]

for (const { what, told: given, facts: found, breaks } of lies) {
  test(`it is noticed when ${what}`, () => {
    assert.match(brokenPromises(given, found).join('\n'), breaks)
  })
}
