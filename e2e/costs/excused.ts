import type { Fault } from './plan.ts'

/** Shoppers never call these, though their contract lets anyone. */
export const notOfShoppers: Readonly<Record<string, string>> = {
  'payments.receiveWebhook': 'Gateways call it; what it leads to, the card that is approved late does too.',
}

/** Tables that have few rows in every shop, by service: what staff make one by one, and what is on its way out. */
const small: Readonly<Record<string, readonly string[]>> = {
  catalog: ['categories'],
  identity: ['roles', 'staff_roles', 'sign_in_rules'],
  inventory: ['locations'],
  pricing: ['tax_rates', 'promotions', 'waiting_room'],
  search: ['index_state', 'categories', 'removed_categories'],
  shipping: ['delivery_methods'],
  webhooks: ['webhooks'],
}

export function staysSmall(service: string, table: string): boolean {
  return (
    ['rialto.migrations', 'rialto.outbox', 'outbox'].includes(table) || (small[service] ?? []).includes(table)
  )
}

export interface Excuse {
  readonly because: string
  /** Needed or not, as what it is about may have been done before anybody looks. */
  readonly sometimes?: boolean
  readonly covers: (fault: Fault) => boolean
}

export const excuses: readonly Excuse[] = [
  {
    because:
      'Products by category are counted now and then; shoppers are told the count before (kept-counts.ts).',
    covers: ({ database, text }) => database === 'catalog' && /with together as/.test(text),
  },
  {
    because:
      'Up to 1,000 matches are looked at, which a walk along an order finds among as many that do not match.',
    covers: ({ database, text }) => database === 'search' && /from documents d/.test(text),
  },
  {
    because: 'No shopper waits for it: metrics count up to 100,000 of each queue every ten seconds.',
    sometimes: true,
    covers: ({ text }) => /as outgoing_age/.test(text),
  },
  {
    because: 'No shopper waits for it: a job adds up to 10,000 noted sales at once.',
    sometimes: true,
    covers: ({ database, text }) => database === 'search' && /delete from sales/.test(text),
  },
  {
    because:
      'The vocabulary of a shop grows far slower than the shop; words that are alike are found by an index.',
    covers: ({ database, text, what }) =>
      database === 'search' && /from words/.test(text) && !/whole table/.test(what),
  },
]
