import { setTimeout as sleep } from 'node:timers/promises'

export interface GrowingPause {
  /** Waits, each time twice as long as before. Ends early, and quietly, when it is aborted. */
  wait(): Promise<void>
  /** It went well: the next pause is short again. */
  reset(): void
}

/** Pauses between attempts: 250 ms, 500 ms, 1 s, … up to the longest. */
export function growingPause({
  firstMs = 250,
  longestMs = 5_000,
  signal,
}: {
  firstMs?: number
  longestMs?: number
  signal?: AbortSignal
} = {}): GrowingPause {
  let nextMs = firstMs
  return {
    wait: async () => {
      const waitMs = nextMs
      nextMs = Math.min(nextMs * 2, longestMs)
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => {})
    },
    reset: () => {
      nextMs = firstMs
    },
  }
}
