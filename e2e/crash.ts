import { setTimeout as pause } from 'node:timers/promises'
import type { Shop } from './shop.ts'

/**
 * Ends the shop by SIGKILL some milliseconds after the work has begun, and starts it again. Answers with what
 * became of the work: whoever asked meanwhile got an answer or a broken connection.
 */
export async function killDuring<Result>(
  shop: Shop,
  afterMs: number,
  work: () => Promise<Result>[],
): Promise<PromiseSettledResult<Result>[]> {
  const results = Promise.allSettled(work())
  await pause(afterMs)
  await shop.kill()
  const settled = await results
  await shop.restart()
  return settled
}

/** How long work takes here and now: the longest of several runs, so that moments spread over all of it. */
export async function durationMs(
  runs: number,
  /** Makes everything ready and answers with the work itself. */
  begin: () => Promise<() => Promise<unknown>>,
): Promise<number> {
  let longest = 0
  for (let run = 0; run < runs; run++) {
    const work = await begin()
    const begun = performance.now()
    await work()
    longest = Math.max(longest, performance.now() - begun)
  }
  return longest
}

/** Moments spread evenly over a time and a little beyond its end. */
export function moments(count: number, withinMs: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.round((withinMs * 1.2 * (index + 0.5)) / count))
}
