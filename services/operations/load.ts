import type { RecentRates } from '@rialto/kit/recent'

// How much was asked lately, of whatever several operations have in common. Pure.

export interface Load {
  readonly perMinute: number
  readonly failedShare: number
  readonly p50Ms: number
  readonly p95Ms: number
}

export const noLoad: Load = { perMinute: 0, failedShare: 0, p50Ms: 0, p95Ms: 0 }

const minuteMs = 60_000

/** Of the slices of the last minute. Percentiles cannot be added up: they are weighted by how many were asked. */
export function loadOf(rates: readonly RecentRates[], now: number): Load {
  const lately = rates.filter(({ at }) => Date.parse(at) > now - minuteMs)
  const count = sum(lately, (rate) => rate.count)
  if (count === 0) return noLoad
  const weighted = (of: (rate: RecentRates) => number) => sum(lately, (rate) => of(rate) * rate.count) / count
  return {
    perMinute: count,
    failedShare: sum(lately, (rate) => rate.errors) / count,
    p50Ms: tenths(weighted((rate) => rate.p50Ms)),
    p95Ms: tenths(weighted((rate) => rate.p95Ms)),
  }
}

/** `orders` of `orders.getOrder`. */
export function serviceOf(operation: string): string {
  return operation.split('.')[0] ?? operation
}

function sum(rates: readonly RecentRates[], of: (rate: RecentRates) => number): number {
  return rates.reduce((total, rate) => total + of(rate), 0)
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
