import type { Database, Tx } from '@rialto/kit/database'
import type { DeliveryMethod } from './contract.ts'
import { loadMethods } from './method-store.ts'

/** Keeps the delivery methods in memory: every cart asks for them, hardly anyone changes them. */
export interface MethodList {
  read(database: Database, now: Date): Promise<readonly DeliveryMethod[]>
  /** The methods change with this transaction: read them anew after it. */
  changes(tx: Tx): void
}

/** A change made by another replica is seen within this time. */
const keptMs = 1_000

export function openMethodList(): MethodList {
  let kept: { readonly at: number; readonly methods: Promise<DeliveryMethod[]> } | undefined
  const read = (database: Database, now: Date) => {
    // Also when the clock was set back, or the methods would be kept for as long as that.
    if (kept && Math.abs(now.getTime() - kept.at) < keptMs) return kept.methods
    const mine = { at: now.getTime(), methods: loadMethods(database) }
    kept = mine
    mine.methods.catch(() => {
      if (kept === mine) kept = undefined
    })
    return mine.methods
  }
  const changes = (tx: Tx) => {
    tx.afterCommit(() => {
      kept = undefined
    })
  }
  return { read, changes }
}
