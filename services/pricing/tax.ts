import { percentOf, percentWithin } from '@rialto/kit/money'

/** The class of everything that is not named otherwise, deliveries among it. */
export const standardClass = 'standard'

/** Percent by country, then by tax class. */
export type TaxRates = ReadonlyMap<string, ReadonlyMap<string, number>>

/**
 * The rate for a class of goods in a country. A class that the country does not know counts as standard;
 * a country without rates is one where the shop collects no tax.
 */
export function rateFor(rates: TaxRates, country: string, taxClass: string): number {
  const classes = rates.get(country)
  return classes?.get(taxClass) ?? classes?.get(standardClass) ?? 0
}

export interface Taxed {
  readonly taxRate: number
  readonly taxBase: number
  readonly tax: number
  /** What is paid: base and tax. */
  readonly total: number
}

/** Splits a price that includes its tax, or adds the tax to one that does not. The one place of rounding. */
export function taxed(amount: number, taxRate: number, pricesIncludeTax: boolean): Taxed {
  if (pricesIncludeTax) {
    const tax = percentWithin(amount, taxRate)
    return { taxRate, taxBase: amount - tax, tax, total: amount }
  }
  const tax = percentOf(amount, taxRate)
  return { taxRate, taxBase: amount, tax, total: amount + tax }
}
