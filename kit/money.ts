import type { Money } from './schema.ts'

// Amounts are integers in minor units. Products are taken in BigInt, so nothing is lost before the rounding.
// Safe to import in a browser.

/** How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217, as Intl knows it). */
export function digits(currency: string): number {
  return formatOf('en', currency).resolvedOptions().maximumFractionDigits ?? 2
}

/**
 * `amount × part ÷ whole`, rounded once to a whole minor unit, halves away from zero: a reduction and its
 * reversal are the same amount with the other sign. `whole` must be positive.
 */
export function share(amount: number, part: number, whole: number): number {
  const product = BigInt(amount) * BigInt(part)
  const doubled = 2n * (product < 0n ? -product : product)
  const rounded = (doubled + BigInt(whole)) / (2n * BigInt(whole))
  return Number(product < 0n ? -rounded : rounded)
}

/** Percentages count to four decimals, so that 5.5 % and 8.1 % are exact. */
const percentUnit = 10_000

/** So many percent of the amount, rounded once, halves away from zero. */
export function percentOf(amount: number, percent: number): number {
  return share(amount, Math.round(percent * percentUnit), 100 * percentUnit)
}

/** The part of `amount` that was added to a base as `percent` of it: the tax in a price that includes it. */
export function percentWithin(amount: number, percent: number): number {
  const scaled = Math.round(percent * percentUnit)
  return share(amount, scaled, 100 * percentUnit + scaled)
}

/**
 * Splits `total` in proportion to `weights` (integers, none negative) by the largest remainder: the parts are
 * whole, sum to `total` exactly, and each is less than one minor unit off its exact share. Of equal
 * remainders the first one gains. With all weights zero every part counts the same; without any, nothing.
 */
export function allocate(total: number, weights: readonly number[]): number[] {
  if (weights.length === 0) return []
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n)
  if (sum === 0n)
    return allocate(
      total,
      weights.map(() => 1),
    )
  const size = BigInt(Math.abs(total))
  const parts = weights.map((weight, index) => {
    const product = size * BigInt(weight)
    return { index, amount: Number(product / sum), remainder: product % sum }
  })
  const missing = Math.abs(total) - parts.reduce((all, { amount }) => all + amount, 0)
  const byRemainder = parts.toSorted((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  )
  for (const part of byRemainder.slice(0, missing)) part.amount++
  return parts.map(({ amount }) => (total < 0 ? 0 - amount : amount))
}

/** The amount in the reader's words: `€12.00`, `12,00 €`, `¥500`. */
export function format({ amount, currency }: Money, locale = 'en'): string {
  return formatOf(locale, currency).format(decimal({ amount, currency }) as `${number}`)
}

/** The amount as a plain decimal number, for machines: `12.00`, `-0.05`, `500`. */
export function decimal({ amount, currency }: Money): string {
  const places = digits(currency)
  const text = String(Math.abs(amount)).padStart(places + 1, '0')
  const sign = amount < 0 ? '-' : ''
  return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`
}

const formats = new Map<string, Intl.NumberFormat>()
/** Locales come from readers; their formats are kept only up to here. */
const formatsLimit = 500

function formatOf(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`
  let known = formats.get(key)
  if (!known) {
    if (formats.size >= formatsLimit) formats.clear()
    known = new Intl.NumberFormat(locale, { style: 'currency', currency })
    formats.set(key, known)
  }
  return known
}
