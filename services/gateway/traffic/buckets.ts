import { upTo } from '@rialto/kit/cache-limit'
import { LRUCache } from 'lru-cache'
import { type Rule, take, type Verdict } from './rule.ts'

/** Counts requests by rule and by whose they are. */
export interface Buckets {
  take(rule: Rule, whose: string): Verdict | Promise<Verdict>
  close(): Promise<void>
}

export interface LocalBuckets extends Buckets {
  take(rule: Rule, whose: string): Verdict
  readonly size: number
}

/** Of some hundred bytes each. Beyond it, whoever was not seen for longest starts anew. */
const bucketsLimit = 100_000

/** Buckets in the memory of this process. `now` is in milliseconds and never goes back. */
export function localBuckets(now: () => number = () => performance.now(), max = bucketsLimit): LocalBuckets {
  const fullAt = new LRUCache<string, number>(upTo(max))
  return {
    take: (rule, whose) => {
      const key = keyOf(rule, whose)
      const taken = take(fullAt.get(key), rule, now())
      fullAt.set(key, taken.fullAt)
      return taken.verdict
    },
    get size() {
      return fullAt.size
    },
    close: async () => {},
  }
}

export function keyOf({ name }: Rule, whose: string): string {
  return `${name}:${whose}`
}
