import { dateFormat } from '@rialto/kit/date-format'
import { format } from '@rialto/kit/money'
import type { Order } from '@rialto/orders/contract'
import type { Letter } from './templates.ts'

// What is written to customers, decided purely: templates only lay it out.

export interface Words {
  readonly heading: string
  readonly lead: string
  readonly subject: string
  /** Whether lines, sums and address are repeated. */
  readonly details?: boolean
  readonly tracking?: { readonly carrier: string; readonly number: string }
}

export const locale = 'en'

export function orderPlacedWords({ number }: Order): Words {
  return {
    subject: `Your order ${number}`,
    heading: 'Thank you for your order',
    lead: 'We have it, and are getting it ready. You hear from us again when it is on its way.',
    details: true,
  }
}

export function orderShippedWords({ number }: Order, tracking: Words['tracking']): Words {
  return {
    subject: `Order ${number} is on its way`,
    heading: 'Your parcel is on its way',
    lead: 'We handed it to the carrier.',
    tracking,
  }
}

export function orderDeliveredWords({ number }: Order): Words {
  return {
    subject: `Order ${number} was delivered`,
    heading: 'Your order has arrived',
    lead: 'The carrier says it was delivered. Enjoy it.',
  }
}

export function orderCancelledWords({ number, captured, currency }: Order): Words {
  const money =
    captured > 0
      ? `We are giving back ${format({ amount: captured, currency }, locale)}.`
      : 'Nothing was charged.'
  return { subject: `Order ${number} was cancelled`, heading: 'Your order was cancelled', lead: money }
}

export function orderRefundedWords({ number }: Order, amount: { amount: number; currency: string }): Words {
  return {
    subject: `Refund for order ${number}`,
    heading: 'Your money is on its way back',
    lead: `We refunded ${format(amount, locale)} to the way you paid. It can take some days to arrive.`,
  }
}

export function orderLetter(
  order: Order,
  { subject, details = false, ...words }: Words,
  publicUrl: string,
): Letter {
  const money = (amount: number) => format({ amount, currency: order.currency }, locale)
  const lines = order.lines.map(({ quantity, title, variantTitle, total }) => ({
    quantity,
    title,
    variantTitle,
    price: money(total),
  }))
  const values = {
    ...words,
    url: `${publicUrl}/orders/${order.id}`,
    // The page of a guest's order opens in the browser that bought; elsewhere it is found by number and e-mail.
    findUrl: order.ownerId.startsWith('guest_') ? `${publicUrl}/orders/find` : undefined,
    order: {
      number: order.number,
      details,
      lines,
      sums: sumsOf(order, money),
      promise: promiseOf(order),
      address: addressOf(order),
    },
  }
  return { template: 'order', subject, values }
}

export function welcomeLetter(name: string, publicUrl: string): Letter {
  const values = {
    // Who registers somebody else's address must not send them a link in place of a name.
    heading: /[/:@]|\.\w/.test(name) ? 'Welcome' : `Welcome, ${name}`,
    lead: 'Your account is ready: it keeps your addresses and your orders.',
    url: `${publicUrl}/account`,
  }
  return { template: 'welcome', subject: 'Welcome', values }
}

function sumsOf(order: Order, money: (amount: number) => string) {
  return [
    { label: 'Subtotal', amount: money(order.subtotal) },
    ...(order.discount < 0 ? [{ label: 'Discount', amount: money(order.discount) }] : []),
    ...(order.deliveryName
      ? [
          {
            label: order.deliveryName,
            amount: order.deliveryTotal === 0 ? 'free' : money(order.deliveryTotal),
          },
        ]
      : []),
    { label: 'Total', amount: money(order.total), strong: true },
    { label: 'Tax contained', amount: money(order.tax) },
  ]
}

function promiseOf({ deliveryEarliest, deliveryLatest }: Order): string | undefined {
  if (!deliveryEarliest || !deliveryLatest) return undefined
  const [first, last] = [deliveryEarliest, deliveryLatest].map((date) => days(new Date(date)))
  return first === last ? `Expected ${first}.` : `Expected between ${first} and ${last}.`
}

const days = dateFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' })

function addressOf({ shippingAddress }: Order): string[] {
  if (!shippingAddress) return []
  const { name, company, line1, line2, postalCode, city, region, country } = shippingAddress
  return [name, company, line1, line2, `${postalCode} ${city}`, region, country].filter(
    (line): line is string => !!line,
  )
}
