import { AsyncLocalStorage } from 'node:async_hooks'
import { Problem, unavailable } from '@rialto/kit/problem'

export interface Limits {
  /** Items in one batch. */
  readonly batch: number
  /** Items that may wait; more are turned away at once. */
  readonly waiting: number
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Puts items that arrive while a batch is at work together into the next batch. Alone, an item waits for
 * nobody; under load the price of a commit is shared.
 * `run` answers with one result per item. A batch that fails is run again item by item, so `run` must be
 * repeatable, and a failure is only told to the one who caused it.
 */
export function groupCommit<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  limits: Limits = { batch: 64, waiting: 5_000 },
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = []
  // A batch belongs to no request, so it must not run in the context of the one that happened to start it.
  const outside = AsyncLocalStorage.snapshot()
  let working = false

  const work = async () => {
    working = true
    while (waiting.length > 0) await runBatch(waiting.splice(0, limits.batch))
    working = false
  }
  const runBatch = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await run(batch.map(({ item }) => item))
      batch.forEach(({ resolve }, index) => {
        resolve(results[index] as Result)
      })
    } catch (error) {
      // A problem, such as a database that is away, would meet every single one again.
      if (batch.length === 1 || error instanceof Problem) for (const { reject } of batch) reject(error)
      else for (const single of batch) await runBatch([single])
    }
  }
  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= limits.waiting) {
        reject(unavailable('Too many want the same at once. Try again in a moment.', {}))
        return
      }
      waiting.push({ item, resolve, reject })
      if (!working) void outside(work)
    })
}
