import { consequences } from './consequences.ts'
import type { Facts, Order, Payment, Reservation } from './facts.ts'
import { grouped, type Invariant, sums } from './invariant.ts'

const heldStatuses = new Set(['authorized', 'captured', 'partially-refunded', 'refunded'])
const openStatuses = new Set(['authorizing', 'action-required', 'unknown'])
const openSteps = new Set(['reserve', 'ask', 'undo'])

export const invariants: readonly Invariant[] = [
  {
    says: 'every checkout is decided, or waits for its shopper',
    breaches: ({ checkouts }) =>
      checkouts.filter(({ step }) => openSteps.has(step)).map(({ id, step }) => `${id} is still at ${step}`),
  },
  {
    says: 'every cancellation and refund has come to its end',
    breaches: ({ sagas }) =>
      sagas
        .filter(({ step }) => step !== 'done' && step !== 'failed')
        .map(({ id, kind, step }) => `the ${kind} ${id} is still at ${step}`),
  },
  {
    says: 'every order that stands is charged',
    breaches: ({ orders, payments }) => {
      const paid = new Map(payments.map((payment) => [payment.checkoutId, payment]))
      return orders.flatMap(({ number, checkoutId, total, cancelled }) => {
        const charged = paid.get(checkoutId)?.captured ?? 0
        return cancelled || charged === total ? [] : [`${number} costs ${total}, ${charged} is charged`]
      })
    },
  },
  {
    says: 'each confirmed checkout has exactly one order, and each order a confirmed checkout',
    breaches: ({ checkouts, orders }) => {
      const placed = grouped(orders, ({ checkoutId }) => checkoutId)
      const confirmed = new Map(checkouts.map((checkout) => [checkout.id, checkout]))
      return [
        ...checkouts.flatMap(({ id, step, orderId }) => {
          const own = placed.get(id) ?? []
          if (step !== 'confirmed') return []
          if (own.length !== 1) return [`${id} is confirmed and has ${own.length} orders`]
          return own[0]?.id === orderId ? [] : [`${id} names ${orderId}, its order is ${own[0]?.id}`]
        }),
        ...orders
          .filter(({ checkoutId }) => confirmed.get(checkoutId)?.step !== 'confirmed')
          .map(({ number, checkoutId }) => `${number} comes of ${checkoutId}, which is not confirmed`),
      ]
    },
  },
  {
    says: 'each order has exactly one payment, of its amount',
    breaches: ({ orders, payments }) => {
      const paid = grouped(payments, ({ checkoutId }) => checkoutId)
      return orders.flatMap((order) => paymentBreaches(order, paid.get(order.checkoutId) ?? []))
    },
  },
  {
    says: 'no money is held or kept without an order, nor for a cancelled one',
    breaches: ({ orders, payments }) => {
      const placed = new Map(orders.map((order) => [order.checkoutId, order]))
      return payments.flatMap(({ id, checkoutId, status, captured, refunded }) => {
        const order = placed.get(checkoutId)
        if (order && !order.cancelled) return []
        const owner = order ? `the cancelled order ${order.number}` : `${checkoutId}, which has no order`
        if (status === 'authorized') return [`${id} holds money for ${owner}`]
        if (captured > refunded) return [`${id} keeps ${captured - refunded} of ${owner}`]
        return []
      })
    },
  },
  {
    says: 'no payment is left open once its checkout is decided',
    breaches: ({ checkouts, payments }) => {
      const decided = new Set(
        checkouts.filter(({ step }) => step === 'confirmed' || step === 'failed').map(({ id }) => id),
      )
      return payments
        .filter(({ checkoutId, status }) => openStatuses.has(status) && decided.has(checkoutId))
        .map(({ id, status, checkoutId }) => `${id} is ${status}, but ${checkoutId} is decided`)
    },
  },
  {
    says: 'orders and payments agree on what was captured and given back',
    breaches: ({ orders, payments }) => {
      const paid = new Map(payments.map((payment) => [payment.checkoutId, payment]))
      return orders.flatMap(({ number, checkoutId, captured, refunded }) => {
        const payment = paid.get(checkoutId)
        if (!payment || (payment.captured === captured && payment.refunded === refunded)) return []
        return [
          `${number} knows of ${captured} captured and ${refunded} refunded, ` +
            `its payment of ${payment.captured} and ${payment.refunded}`,
        ]
      })
    },
  },
  {
    says: 'never more is given back than was captured',
    breaches: ({ payments, refunds }) => {
      const done = sums(
        refunds.filter(({ status }) => status === 'done'),
        ({ paymentId }) => paymentId,
        ({ amount }) => amount,
      )
      return payments.flatMap(({ id, captured, refunded }) => {
        const given = done.get(id) ?? 0
        if (refunded > captured) return [`${id} gave back ${refunded} of ${captured}`]
        return given === refunded ? [] : [`${id} counts ${refunded} refunded, its refunds are ${given}`]
      })
    },
  },
  {
    says: 'stock adds up and nothing is negative',
    breaches: ({ stock }) =>
      stock.flatMap(({ variantId, backorder, free, reserved, sold, received }) => [
        ...(received === free + reserved + sold
          ? []
          : [`${variantId}: ${received} received, but ${free} free + ${reserved} reserved + ${sold} sold`]),
        ...((free < 0 && !backorder) || reserved < 0 || sold < 0
          ? [`${variantId}: ${free} free, ${reserved} reserved, ${sold} sold`]
          : []),
      ]),
  },
  {
    says: 'the ledger of movements gives the same stock',
    breaches: ({ stock, movements }) => {
      const moved = sums(
        movements,
        ({ variantId, kind }) => `${variantId} ${kind}`,
        ({ quantity }) => quantity,
      )
      const of = (variantId: string, ...kinds: string[]) =>
        kinds.reduce((sum, kind) => sum + (moved.get(`${variantId} ${kind}`) ?? 0), 0)
      return stock.flatMap(({ variantId, received, sold }) => {
        const came = of(variantId, 'receive', 'adjust', 'count')
        const went = of(variantId, 'commit') - of(variantId, 'return')
        return [
          ...(came === received ? [] : [`${variantId}: ${received} received, ${came} by its movements`]),
          ...(went === sold ? [] : [`${variantId}: ${sold} sold, ${went} by its movements`]),
        ]
      })
    },
  },
  {
    says: 'what is sold is what stands in orders that were not cancelled',
    breaches: ({ stock, orders }) => {
      const ordered = unitsOf(orders.filter(({ cancelled }) => !cancelled))
      return stock
        .filter(({ tracked, variantId, sold }) => tracked && sold !== (ordered.get(variantId) ?? 0))
        .map(({ variantId, sold }) => `${variantId}: ${sold} sold, ${ordered.get(variantId) ?? 0} in orders`)
    },
  },
  {
    says: 'nothing stays reserved for a decided checkout, and all that is reserved is for one',
    breaches: ({ stock, reservations, checkouts }) => {
      const steps = new Map(checkouts.map(({ id, step }) => [id, step]))
      const held = reservations.filter(({ status }) => status === 'held')
      const reserved = unitsOf(held)
      return [
        ...held.flatMap(({ checkoutId }) =>
          steps.get(checkoutId) === 'act'
            ? []
            : [`${checkoutId} is ${steps.get(checkoutId)} and holds goods`],
        ),
        ...stock
          .filter(({ variantId, reserved: kept }) => kept !== (reserved.get(variantId) ?? 0))
          .map(
            ({ variantId, reserved: kept }) =>
              `${variantId}: ${kept} reserved, ${reserved.get(variantId) ?? 0} by its reservations`,
          ),
      ]
    },
  },
  {
    says: 'each posting of the ledger balances, and so does the whole',
    breaches: ({ ledger }) => [
      ...unbalanced(ledger, ({ paymentId, posting, currency }) => `${paymentId} ${posting} ${currency}`),
      ...unbalanced(ledger, ({ currency }) => `the whole ledger in ${currency}`),
    ],
  },
  {
    says: 'the ledger tells of each payment what the payment tells',
    breaches: ({ ledger, payments }) => {
      const balance = (account: string) =>
        sums(
          ledger.filter((entry) => entry.account === account),
          ({ paymentId }) => paymentId,
          ({ debit, credit }) => debit - credit,
        )
      const [held, gateway] = [balance('authorized'), balance('gateway')]
      return payments.flatMap(({ id, status, amount, captured, refunded }) => {
        const [ownHeld, ownGateway] = [held.get(id) ?? 0, gateway.get(id) ?? 0]
        const wanted = status === 'authorized' ? amount : 0
        return [
          ...(ownHeld === wanted ? [] : [`${id} is ${status}: ${wanted} held, ${ownHeld} in the ledger`]),
          ...(ownGateway === captured - refunded
            ? []
            : [`${id}: ${captured - refunded} kept, ${ownGateway} in the ledger`]),
        ]
      })
    },
  },
  ...consequences,
]

function paymentBreaches({ number, total, currency, cancelled }: Order, own: readonly Payment[]): string[] {
  const held = own.filter(({ status }) => heldStatuses.has(status))
  const wanted = cancelled || total === 0 ? own.slice(0, 1) : held
  if (own.length !== 1 || wanted.length !== 1) {
    return [`${number} has ${held.length} payments that hold or hold back money, ${own.length} in all`]
  }
  const [payment] = own
  if (payment?.amount === total && payment.currency === currency) return []
  return [`${number} costs ${total} ${currency}, its payment is ${payment?.amount} ${payment?.currency}`]
}

function unitsOf(given: readonly Pick<Reservation | Order, 'lines'>[]): Map<string, number> {
  return sums(
    given.flatMap(({ lines }) => lines),
    ({ variantId }) => variantId,
    ({ quantity }) => quantity,
  )
}

function unbalanced(ledger: Facts['ledger'], key: (entry: Facts['ledger'][number]) => string): string[] {
  const totals = sums(ledger, key, ({ debit, credit }) => debit - credit)
  return [...totals].flatMap(([name, off]) => (off === 0 ? [] : [`${name} is off by ${off}`]))
}
