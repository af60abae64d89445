import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { conflict, is, type Problem, type ProblemInfo } from '@rialto/kit/problem'
import fc from 'fast-check'
import { notCancellable, type Order, refundTooLarge } from './contract.ts'
import { freezeCart } from './freeze-cart.ts'
import { cancel, deliver, pack, ship } from './fulfil.ts'
import { placeOrder, refundableOf, statusesOf } from './order.ts'
import { normalNumber, orderNumber } from './order-number.ts'
import { noteCapture, noteRefund, noteRefundFailure, noteVoid, requestRefund } from './settle-payment.ts'
import { cartOf } from './testing-cart.ts'

const at = '2026-01-01T12:00:00.000Z'
const total = 5 * 1_190

function order(): Order {
  const cart = cartOf(newId('guest'), newId('var'), { quantity: 5 })
  const draft = freezeCart(cart, { expectedTotal: { amount: total, currency: 'EUR' } }, () => newId('line'))
  const [id, checkoutId, ownerId] = [newId('ord'), newId('chk'), newId('guest')]
  return placeOrder(draft, { id, checkoutId, ownerId, number: 'R-00000000', captured: 0, at })
}
const lineOf = ({ lines }: Order) => lines[0]?.id ?? ''
const packed = (from: Order, quantity?: number) => {
  const lines = quantity === undefined ? undefined : [{ lineId: lineOf(from), quantity }]
  return pack(from, lines, { id: newId('ful'), at })
}
const last = ({ fulfilments }: Order) => fulfilments.at(-1)?.id ?? ''
const shipped = (from: Order, id = last(from)) => ship(from, id, { carrier: 'DHL', trackingNumber: '1', at })
const refusedWith = (type: ProblemInfo) => (error: unknown) => is(error, type)
const words = ({ status, paymentStatus, fulfilmentStatus }: Order) => [
  status,
  paymentStatus,
  fulfilmentStatus,
]

test('an order goes from processing over shipped to delivered, as its parcels do', () => {
  let now = order()
  assert.deepEqual(words(now), ['processing', 'authorized', 'none'])
  now = packed(noteCapture(now, total, at), 2)
  assert.deepEqual(words(now), ['processing', 'paid', 'partial'])
  now = packed(shipped(now))
  assert.deepEqual(words(now), ['processing', 'paid', 'packed'])
  now = shipped(now)
  assert.deepEqual(words(now), ['shipped', 'paid', 'shipped'])
  now = deliver(now, now.fulfilments[0]?.id ?? '', at)
  assert.deepEqual(words(now), ['shipped', 'paid', 'shipped'])
  now = deliver(now, last(now), at)
  assert.deepEqual(words(now), ['delivered', 'paid', 'delivered'])
  assert.equal(now.version, now.timeline.length)
})

test('never more is packed than is left, and nothing of a cancelled order', () => {
  const half = packed(order(), 3)
  assert.throws(() => packed(half, 3), refusedWith(conflict))
  assert.throws(() => packed(packed(half)), refusedWith(conflict))
  const twice = { lineId: lineOf(half), quantity: 1 }
  assert.throws(() => pack(half, [twice, twice, twice], { id: newId('ful'), at }), refusedWith(conflict))
  assert.throws(() => packed(cancel(order(), { byStaff: false, at })), refusedWith(conflict))
})

test('shipping and delivering again change nothing, and come in their order', () => {
  const sent = shipped(packed(order()))
  assert.equal(shipped(sent), sent)
  assert.throws(
    () => ship(sent, last(sent), { carrier: 'UPS', trackingNumber: '2', at }),
    refusedWith(conflict),
  )
  assert.throws(() => deliver(packed(order()), 'ful_x', at), /no such fulfilment/)
  const waiting = packed(order())
  assert.throws(() => deliver(waiting, last(waiting), at), refusedWith(conflict))
  const arrived = deliver(sent, last(sent), at)
  assert.equal(deliver(arrived, last(arrived), at), arrived)
})

test('a shopper cancels until something is packed, staff until something is shipped', () => {
  const [fresh, waiting] = [order(), packed(order(), 1)]
  const sent = shipped(waiting)
  const table: [Order, boolean, boolean][] = [
    [fresh, false, true],
    [fresh, true, true],
    [waiting, false, false],
    [waiting, true, true],
    [sent, false, false],
    [sent, true, false],
    [cancel(fresh, { byStaff: true, at }), true, false],
  ]
  for (const [from, byStaff, may] of table) {
    if (may) assert.equal(cancel(from, { byStaff, at, reason: 'x' }).status, 'cancelled')
    else assert.throws(() => cancel(from, { byStaff, at }), refusedWith(notCancellable))
  }
  const given = cancel(waiting, { byStaff: true, at })
  assert.throws(() => shipped(given), refusedWith(conflict))
})

test('what payments tells counts once, late or twice', () => {
  const paid = noteCapture(order(), total, at)
  assert.equal(noteCapture(paid, total, at), paid)
  assert.equal(noteVoid(paid, at), paid)
  const asked = requestRefund(paid, { id: 'ref_1', amount: money(100), reason: 'Dent', at })
  const told = { refundId: 'ref_1', amount: 100, refundedTotal: 100, at }
  const back = noteRefund(asked, told)
  assert.deepEqual([back.paymentStatus, back.refunded], ['partially-refunded', 100])
  assert.equal(noteRefund(back, told), back)
  assert.equal(noteRefundFailure(back, { refundId: 'ref_1', reason: 'late', at }), back)
  const early = noteRefund(order(), { ...told, amount: total, refundedTotal: total })
  assert.deepEqual([early.paymentStatus, early.captured], ['refunded', total])
  assert.equal(noteCapture(early, total, at), early)
  assert.equal(noteVoid(order(), at).paymentStatus, 'voided')
})

test('a refund that failed can be asked for again', () => {
  const paid = noteCapture(order(), total, at)
  const asked = requestRefund(paid, { id: 'ref_1', amount: money(total), reason: 'All', at })
  assert.equal(refundableOf(asked), 0)
  assert.equal(refundableOf(noteRefundFailure(asked, { refundId: 'ref_1', reason: 'No', at })), total)
})

test('a refund is of more than nothing and in the currency of the order', () => {
  const paid = noteCapture(order(), total, at)
  for (const amount of [money(0), money(-5), { amount: 5, currency: 'USD' }]) {
    assert.throws(() => requestRefund(paid, { id: 'ref_1', amount, reason: 'x', at }), /amount/)
  }
})

const money = (amount: number) => ({ amount, currency: 'EUR' })

type Deed = (order: Order, number: number) => Order
const deeds: readonly Deed[] = [
  (now, n) => packed(now, 1 + (n % 5)),
  (now) => packed(now),
  (now, n) => shipped(now, now.fulfilments[n % Math.max(1, now.fulfilments.length)]?.id),
  (now, n) => deliver(now, now.fulfilments[n % Math.max(1, now.fulfilments.length)]?.id ?? '', at),
  (now, n) => cancel(now, { byStaff: n % 2 === 0, at }),
  (now) => noteCapture(now, total, at),
  (now, n) => requestRefund(now, { id: newId('ref'), amount: money(n), reason: 'x', at }),
  (now) => finishRefund(now),
  (now, n) => {
    const refund = now.refunds[n % Math.max(1, now.refunds.length)]
    return noteRefundFailure(now, { refundId: refund?.id ?? '', reason: 'x', at })
  },
]

function finishRefund(now: Order): Order {
  const open = now.refunds.find(({ status }) => status === 'requested')
  if (!open) return now
  const refundedTotal = now.refunded + open.amount
  return noteRefund(now, { refundId: open.id, amount: open.amount, refundedTotal, at })
}

test('whatever is done in whatever order, no more goes out than was bought and no more back than was paid', () => {
  const deed = fc.tuple(fc.nat(deeds.length - 1), fc.nat(total))
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 40 }), (chosen) => {
      let now = order()
      for (const [index, number] of chosen) {
        const before = now
        try {
          now = deeds[index]?.(now, number) ?? now
        } catch (error) {
          assert.ok([404, 409, 400].includes((error as Problem).status), String(error))
        }
        checkOrder(now)
        if (before.cancelledAt) assert.equal(now.status, 'cancelled')
      }
    }),
  )
})

function checkOrder(now: Order): void {
  const pending = now.refunds.filter(({ status }) => status === 'requested')
  const promised = pending.reduce((sum, { amount }) => sum + amount, now.refunded)
  assert.ok(promised <= now.captured, 'refunds stay within what was paid')
  for (const line of now.lines) {
    const portions = now.fulfilments.flatMap(({ lines }) => lines)
    const out = portions.reduce((sum, { lineId, quantity }) => sum + (lineId === line.id ? quantity : 0), 0)
    assert.equal(out, line.fulfilled)
    assert.ok(out <= line.quantity)
  }
  assert.deepEqual({ ...now, ...statusesOf(now) }, now, 'the statuses are those that follow')
}

test('a refund larger than what is left is refused with how much is left', () => {
  const paid = noteCapture(order(), total, at)
  const asked = requestRefund(paid, { id: 'ref_1', amount: money(total - 1), reason: 'x', at })
  assert.throws(
    () => requestRefund(asked, { id: 'ref_2', amount: money(2), reason: 'x', at }),
    (error) => is(error, refundTooLarge) && (error.details.refundable as { amount: number }).amount === 1,
  )
})

test('an order number reads well, and is found however it is typed', () => {
  assert.equal(orderNumber(new Uint8Array([0, 0, 0, 0, 0])), 'R-00000000')
  assert.equal(orderNumber(new Uint8Array([255, 255, 255, 255, 255])), 'R-ZZZZZZZZ')
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 5, maxLength: 5 }), (random) => {
      const number = orderNumber(random)
      assert.match(number, /^R-[0-9A-HJKMNP-TV-Z]{8}$/)
      assert.equal(normalNumber(number), number)
      assert.equal(
        normalNumber(` ${number.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')} `),
        number,
      )
      assert.equal(normalNumber(number.slice(2)), number)
    }),
  )
})
