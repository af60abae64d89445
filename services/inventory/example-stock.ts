import type { Balance } from './stock.ts'

/** A balance for tests: tracked, and all of it received. */
export function balance(variantId: string, free: number, more: Partial<Balance> = {}): Balance {
  return {
    variantId,
    tracked: true,
    backorder: false,
    removed: false,
    free,
    reserved: 0,
    sold: 0,
    received: free,
    lowFrom: 5,
    version: 1,
    ...more,
  }
}
