import type { Ask } from './http-client.ts'

/** What is only read. */
export const readings = ['list', 'product', 'search', 'category', 'cart', 'history', 'admin'] as const
export type Reading = (typeof readings)[number]

/** What a page asks of its platform, one after the other. */
export type Page = readonly Ask[]

/** A platform as its own storefront talks to it. */
export interface Storefront {
  /** Pages of the kind to choose from; carts and sessions they need are made on the way. */
  pages(reading: Reading): Promise<readonly Page[]>
  /** A new guest puts a first item into the cart. Throws what is said to a refusal. */
  addToCart(variant: string): Promise<void>
  /** A new guest buys one: cart, item, address, delivery, payment, order. Answers with the order's id. */
  checkout(variant: string, email: string): Promise<string>
}

/** What seeding has learned of a platform: the names of what can be bought, and whatever else its storefront needs. */
export interface Learned {
  readonly variants: readonly string[]
  readonly handles: readonly string[]
  /** How many orders the customer with the long history has. */
  readonly historyOrders: number
  readonly more: Readonly<Record<string, string>>
}

export const buyer = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  street: 'Torstr. 1',
  city: 'Berlin',
  postalCode: '10119',
  country: 'DE',
  phone: '030123456',
} as const

/** The customer with the long history, and the one person of the staff. */
export const customer = { email: 'history@shop.example', password: 'Long-history-7' } as const
export const staff = { email: 'admin@shop.example', password: 'Bench-admin-staff-9' } as const
export const pageSize = 20
/** Of the list; shoppers look no further. */
export const mostListPages = 50

/** Where the pages of the list begin. */
export function offsetsOf({ handles }: Learned): number[] {
  return Array.from(
    { length: Math.min(mostListPages, Math.ceil(handles.length / pageSize)) },
    (_, page) => page * pageSize,
  )
}

/** Shoppers with a filled cart, whose cart pages are read. */
export const carts = 32
