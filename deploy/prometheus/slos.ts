/** What shoppers may rely on, over 28 days. */
export interface Slo {
  readonly name: string
  readonly says: string
  /** The part of all that has to be good. */
  readonly objective: number
  /** The rate of what was bad and of all, over a window such as 5m. */
  readonly bad: (window: string) => string
  readonly all: (window: string) => string
  /** Where whoever is woken reads on. */
  readonly runbook: string
}

const requests = 'rialto_http_request_duration_seconds'

/** Requests at the door that failed by our fault. */
function failed(operations: string): Pick<Slo, 'bad' | 'all'> {
  const which = `operation=~"${operations}"`
  return {
    bad: (window) => `sum(rate(${requests}_count{${which},status="5xx"}[${window}]))`,
    all: (window) => `sum(rate(${requests}_count{${which}}[${window}]))`,
  }
}

/** Those that took longer than a bound of the histogram, in seconds. */
function slow(operations: string, bound: string): Pick<Slo, 'bad' | 'all'> {
  const which = `operation=~"${operations}"`
  const all = (window: string) => `sum(rate(${requests}_count{${which}}[${window}]))`
  const quick = (window: string) => `sum(rate(${requests}_bucket{${which},le="${bound}"}[${window}]))`
  return { all, bad: (window) => `(${all(window)} - ${quick(window)})` }
}

const browsing = 'page|search[.].+|catalog[.](get|list).+'
const paying = 'orders[.](checkout|getCheckout)'

export const slos: readonly Slo[] = [
  {
    name: 'browse',
    says: 'looking around is answered',
    objective: 0.999,
    ...failed(browsing),
    runbook: 'service-away',
  },
  {
    name: 'browse-speed',
    says: 'looking around is answered within 500 ms',
    objective: 0.99,
    ...slow(browsing, '0.5'),
    runbook: 'overload',
  },
  {
    name: 'cart',
    says: 'carts do what is asked',
    objective: 0.999,
    ...failed('cart[.].+'),
    runbook: 'service-away',
  },
  {
    name: 'checkout',
    says: 'who pays gets an answer',
    objective: 0.9995,
    ...failed(paying),
    runbook: 'checkout-fails',
  },
  {
    name: 'events',
    says: 'what happened has its effect within 10 s',
    objective: 0.999,
    all: (window) => `sum(rate(rialto_message_delay_seconds_count[${window}]))`,
    bad: (window) =>
      `(sum(rate(rialto_message_delay_seconds_count[${window}])) - sum(rate(rialto_message_delay_seconds_bucket{le="10"}[${window}])))`,
    runbook: 'broker-away',
  },
]

/**
 * How fast the budget of 28 days burns, seen over a long window, and over a short one so that the alarm ends soon after
 * its cause: 2 % of it in an hour or 5 % in six wake somebody, 10 % in three days can wait for the morning.
 */
export const burns = [
  { long: '1h', short: '5m', factor: 13.44, severity: 'page', lasts: '2m' },
  { long: '6h', short: '30m', factor: 5.6, severity: 'page', lasts: '15m' },
  { long: '1d', short: '2h', factor: 2.8, severity: 'ticket', lasts: '1h' },
  { long: '3d', short: '6h', factor: 0.933, severity: 'ticket', lasts: '3h' },
] as const
