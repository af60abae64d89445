import type { Database, Tx } from './database.ts'
import { groupCommit } from './group-commit.ts'
import { presentSpan, type Span, within } from './trace.ts'

type Transaction = Database['transaction']

interface Work {
  readonly key: string
  readonly work: (tx: Tx) => Promise<unknown>
  /** In which trace it is done. */
  readonly span: Span | undefined
}

/**
 * Puts the work of several callers into one transaction, so that they share the price of its commit. It runs
 * side by side, in the order of the keys, so that two such transactions lock the same rows in the same sequence.
 * Work that fails takes the others down with it; then each is done again in a transaction of its own.
 */
export function shareTransactions(transaction: Transaction): Database['sharedTransaction'] {
  const share = groupCommit<Work, unknown>((works) => transaction((tx) => doAll(tx, works)), {
    keyOf: ({ key }) => key,
  })
  return <Result>(key: string, work: (tx: Tx) => Promise<Result>) =>
    share({ key, work, span: presentSpan() }) as Promise<Result>
}

/** All are waited for before one's failure is told: none may go on in a transaction that has ended. */
async function doAll(tx: Tx, works: readonly Work[]): Promise<unknown[]> {
  const sorted = [...works].sort((a, b) => (a.key < b.key ? -1 : 1))
  const done = new Map<Work, PromiseSettledResult<unknown>>()
  const settled = await Promise.allSettled(sorted.map(({ work, span }) => within(span, () => work(tx))))
  sorted.forEach((one, index) => {
    done.set(one, settled[index] as PromiseSettledResult<unknown>)
  })
  return works.map((one) => {
    const result = done.get(one)
    if (result?.status === 'fulfilled') return result.value
    throw result?.reason
  })
}
