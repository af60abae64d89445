import { AsyncLocalStorage } from 'node:async_hooks'
import { is, unavailable } from './problem.ts'
import { type Origin, presentSpan, type Span, within } from './trace.ts'
import { ending } from './trace-statements.ts'

export interface GroupOptions<Item> {
  /** Items in one batch. */
  readonly batch?: number
  /** Items that may wait; more are turned away at once. */
  readonly waiting?: number
  /** Items of the same key are never in one batch. */
  readonly keyOf?: (item: Item) => string
}

interface Waiting<Item, Result> {
  readonly item: Item
  /** In which trace it came. */
  readonly span: Span | undefined
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Puts items that arrive while a batch is at work together into the next batch. Alone, an item waits for
 * nobody; under load the price of a commit is shared.
 * `run` answers with one result per item. When a batch fails, each of its items is run alone, all at the same time, so
 * `run` must be repeatable, and a failure is only told to the one who caused it.
 */
export function groupCommit<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  { batch: batchLimit = 64, waiting: waitingLimit = 5_000, keyOf }: GroupOptions<Item> = {},
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = []
  // A batch belongs to no request, so it must not run in the context of the one that happened to start it.
  const outside = AsyncLocalStorage.snapshot()
  let working = false

  const work = async () => {
    working = true
    // Those who come in the same turn of the event loop begin together.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) await runBatch(nextBatch())
    working = false
  }
  const nextBatch = () => {
    if (!keyOf) return waiting.splice(0, batchLimit)
    const batch = new Map<string, Waiting<Item, Result>>()
    waiting = waiting.filter((one) => {
      const key = keyOf(one.item)
      if (batch.size === batchLimit || batch.has(key)) return true
      batch.set(key, one)
      return false
    })
    return [...batch.values()]
  }
  const runBatch = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await inBatchSpan(batch, () => run(batch.map(({ item }) => item)))
      batch.forEach(({ resolve }, index) => {
        resolve(results[index] as Result)
      })
    } catch (error) {
      // A database that is away would meet every single one again.
      if (batch.length === 1 || is(error, unavailable)) for (const { reject } of batch) reject(error)
      else await Promise.all(batch.map((single) => runBatch([single])))
    }
  }
  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= waitingLimit) {
        reject(unavailable('Too many want the same at once. Try again in a moment.', {}))
        return
      }
      waiting.push({ item, span: presentSpan(), resolve, reject })
      if (!working) void outside(work)
    })
}

/**
 * What a batch does is done once for all of it: it stands in the trace of the first, with links to the others, and
 * each of theirs has the time it took, with a link to that.
 */
function inBatchSpan<Result>(
  batch: readonly { readonly span: Span | undefined }[],
  work: () => Promise<Result>,
): Promise<Result> {
  const traced = batch.flatMap(({ span }) => (span?.sampled ? [span] : []))
  const [first, ...others] = traced
  const spanOf = (span: Span | undefined, links: readonly Origin[]) =>
    span?.child({
      name: 'batch',
      kind: 'internal',
      service: span.service,
      attributes: { 'rialto.batch.size': batch.length },
      links,
    })
  const span = spanOf(first, others)
  if (!span) return work()
  const waiting = others.map((other) => spanOf(other, [span]))
  return ending(span, within(span, work)).finally(() => {
    for (const other of waiting) other?.end()
  })
}
