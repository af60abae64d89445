import { invalidInput } from '@rialto/kit/problem'
import type { Money } from '@rialto/kit/schema'

interface Priced {
  readonly price?: Money
  readonly compareAtPrice?: Money
}

/** Refuses prices in a currency that the shop does not have: nothing could be bought at them. */
export function demandCurrency(variants: Readonly<Record<string, Priced>>, currency: string): void {
  const message = `must be ${currency}, the currency of the shop`
  const errors = Object.entries(variants).flatMap(([path, variant]) =>
    (['price', 'compareAtPrice'] as const)
      .filter((field) => variant[field] && variant[field].currency !== currency)
      .map((field) => ({ field: `${path}${field}.currency`, message })),
  )
  if (errors.length === 0) return
  throw invalidInput(errors.map(({ field }) => `${field} ${message}`).join('; '), { errors })
}
