import type { Database, Tx } from '@rialto/kit/database'
import type { Offer } from './promotion.ts'
import { loadAutomaticPromotions } from './promotion-store.ts'
import type { TaxRates } from './tax.ts'
import { loadTaxRates } from './tax-store.ts'

/** What holds for every cart. */
export interface Rules {
  readonly promotions: readonly Offer[]
  readonly rates: TaxRates
}

/**
 * Keeps the promotions without coupon and the tax rates in memory, so that a quote reads nothing but prices.
 * Coupons are not in it: they are many, and their uses are counted.
 */
export interface Rulebook {
  read(database: Database, now: Date): Promise<Rules>
  /** The rules change with this transaction: read them anew after it. */
  changes(tx: Tx): void
}

/** A change made by another replica is seen within this time. */
const keptMs = 1_000

export function openRulebook(): Rulebook {
  let kept: { readonly at: number; readonly rules: Promise<Rules> } | undefined
  const read = (database: Database, now: Date) => {
    // Also when the clock was set back, or the rules would be kept for as long as that.
    if (kept && Math.abs(now.getTime() - kept.at) < keptMs) return kept.rules
    const mine = { at: now.getTime(), rules: load(database, now) }
    kept = mine
    mine.rules.catch(() => {
      if (kept === mine) kept = undefined
    })
    return mine.rules
  }
  const changes = (tx: Tx) => {
    tx.afterCommit(() => {
      kept = undefined
    })
  }
  return { read, changes }
}

async function load(database: Database, now: Date): Promise<Rules> {
  const [promotions, rates] = await Promise.all([
    loadAutomaticPromotions(database, now),
    loadTaxRates(database),
  ])
  return { promotions, rates }
}
