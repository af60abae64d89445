import type { Facts, Order } from './facts.ts'
import { grouped, type Invariant, sums } from './invariant.ts'

// What the other services have made of an order: each event took effect exactly once in each that hears it.

/** Who hears of every order. */
const hearers: Readonly<Record<string, readonly string[]>> = {
  'order.placed': ['cart', 'inventory', 'notifications', 'payments', 'search', 'shipping'],
  'order.cancelled': ['inventory', 'notifications', 'payments'],
}

export const consequences: readonly Invariant[] = [
  {
    says: 'every service that hears of orders has heard exactly once of each',
    breaches: ({ orders, heard }) => {
      const counts = sums(heard, hearingOf, ({ count }) => count)
      const wanted = orders.flatMap(({ id, cancelled }) =>
        ['order.placed', ...(cancelled ? ['order.cancelled'] : [])].flatMap((name) =>
          (hearers[name] ?? []).map((service) => hearingOf({ service, name, aggregateId: id })),
        ),
      )
      return wanted
        .filter((key) => counts.get(key) !== 1)
        .map((key) => `${key}: heard ${counts.get(key) ?? 0} times`)
    },
  },
  {
    says: 'the goods of each order left the stock once, and came back once if it was cancelled',
    breaches: ({ orders, soldByCheckout, stock }) => {
      const tracked = new Set(stock.filter((one) => one.tracked).map(({ variantId }) => variantId))
      const lineOf = (checkoutId: string, variantId: string) => `${variantId} of ${checkoutId}`
      const wanted = sums(
        orders.flatMap(({ checkoutId, cancelled, lines }) =>
          lines
            .filter(({ variantId }) => tracked.has(variantId))
            .map((line) => ({ ...line, checkoutId, quantity: cancelled ? 0 : line.quantity })),
        ),
        ({ checkoutId, variantId }) => lineOf(checkoutId, variantId),
        ({ quantity }) => quantity,
      )
      const moved = sums(
        soldByCheckout,
        ({ checkoutId, variantId }) => lineOf(checkoutId, variantId),
        ({ quantity }) => quantity,
      )
      return [...new Set([...wanted.keys(), ...moved.keys()])]
        .filter((line) => (wanted.get(line) ?? 0) !== (moved.get(line) ?? 0))
        .map((line) => `${line}: ${wanted.get(line) ?? 0} ordered, ${moved.get(line) ?? 0} sold`)
    },
  },
  {
    says: 'search has counted each sale once',
    breaches: ({ orders, popularity }) => {
      const ordered = sums(
        orders.flatMap(({ lines }) => lines),
        ({ variantId }) => variantId,
        ({ quantity }) => quantity,
      )
      const counted = new Map(popularity.map(({ variantId, sold }) => [variantId, sold]))
      return [...new Set([...ordered.keys(), ...counted.keys()])]
        .filter((id) => (ordered.get(id) ?? 0) !== (counted.get(id) ?? 0))
        .map((id) => `${id}: ${ordered.get(id) ?? 0} ordered, ${counted.get(id) ?? 0} counted`)
    },
  },
  {
    says: 'each use of a coupon is of a checkout that was confirmed with it or waits for its shopper',
    breaches: ({ redemptions, checkouts, promotions }) => {
      const steps = new Map(checkouts.map(({ id, step }) => [id, step]))
      const used = sums(
        redemptions,
        ({ promotionId }) => promotionId,
        () => 1,
      )
      return [
        ...redemptions
          .filter(({ checkoutId }) => !['confirmed', 'act'].includes(steps.get(checkoutId) ?? ''))
          .map(({ checkoutId }) => `${checkoutId} is ${steps.get(checkoutId)} and uses a coupon`),
        ...promotions
          .filter((promotion) => promotion.used !== (used.get(promotion.id) ?? 0))
          .map(({ id, used: count }) => `${id}: ${count} uses counted, ${used.get(id) ?? 0} are there`),
      ]
    },
  },
  {
    says: 'every customer is told exactly once of an order, its end, its parcels and its refunds',
    breaches: ({ orders, mails }) => {
      const told = grouped(mails, ({ template, about, recipient, subject }) => {
        const [number = subject] = /\bR-[0-9A-Z]+\b/.exec(subject) ?? []
        return `${template} ${number} ${about} ${recipient}`
      })
      const wanted = new Set(orders.flatMap(lettersOf))
      const given = [...told].filter(([key]) => key.startsWith('order-'))
      return [
        ...[...wanted].filter((key) => !told.has(key)).map((key) => `${key}: no mail`),
        ...given.filter(([key]) => !wanted.has(key)).map(([key]) => `${key}: a mail without a reason`),
        ...given.filter(([, { length }]) => length > 1).map(([key, { length }]) => `${key}: ${length} mails`),
      ]
    },
  },
  {
    says: 'no mail is left unsent',
    breaches: ({ mails }) =>
      mails
        .filter(({ status }) => status !== 'sent')
        .map(({ recipient, subject, status }) => `"${subject}" to ${recipient} is ${status}`),
  },
  {
    says: 'nothing that was said is still on its way or given up',
    breaches: ({ waiting }) =>
      waiting.map(({ service, where, name, count }) => `${service}: ${count} × ${name} in its ${where}`),
  },
]

function hearingOf({ service, name, aggregateId }: Omit<Facts['heard'][number], 'count'>): string {
  return `${name} of ${aggregateId} in ${service}`
}

function lettersOf({ id, number, email, cancelled, delivered, refunds, fulfilments }: Order): string[] {
  const letter = (template: string, about = id) => `${template} ${number} ${about} ${email}`
  return [
    letter('order-placed'),
    ...(cancelled ? [letter('order-cancelled')] : []),
    ...(delivered ? [letter('order-delivered')] : []),
    ...refunds.filter(({ status }) => status === 'done').map((refund) => letter('order-refunded', refund.id)),
    ...fulfilments
      .filter(({ status }) => status !== 'packed')
      .map((fulfilment) => letter('order-shipped', fulfilment.id)),
  ]
}
