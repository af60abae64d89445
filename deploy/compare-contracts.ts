import { execFileSync } from 'node:child_process'
import { relative } from 'node:path'
import { graphBreaks, printGraph } from '@rialto/gateway/graph'
import type { ContractInfo } from '@rialto/kit/contract'
import { contractBreaks } from '@rialto/kit/contract-changes'
import { readLock } from '@rialto/kit/contract-lock'
import { graphFile } from '../contract-locks.ts'
import { contracts, lockFile } from '../contracts.ts'

const root = `${import.meta.dirname}/..`

/** What was promised at some commit; undefined where there was no such file. */
export type ReadThen = (path: string) => string | undefined

/**
 * What breaks those who rely on what was promised then. The locks beside the contracts say what is promised now, and
 * whoever changes both together would not notice.
 */
export function breaksSince(then: ReadThen, now: readonly ContractInfo[]): string[] {
  const reasons = now.flatMap((contract) => {
    const promised = then(relative(root, lockFile(contract)))
    return promised === undefined ? [] : contractBreaks(readLock(promised), contract)
  })
  const graph = then(relative(root, graphFile))
  return graph === undefined
    ? reasons
    : [...reasons, ...graphBreaks(graph, printGraph(now)).map((reason) => `In the graph: ${reason}`)]
}

function main(commit: string | undefined): number {
  if (!commit) {
    process.stderr.write(
      'node deploy/compare-contracts.ts COMMIT says what breaks promises of that commit.\n',
    )
    return 2
  }
  const show = (words: string[]) => execFileSync('git', words, { cwd: root, maxBuffer: 2 ** 26 }).toString()
  const files = new Set(show(['ls-tree', '-r', '--name-only', commit]).split('\n'))
  const reasons = breaksSince(
    (path) => (files.has(path) ? show(['show', `${commit}:${path}`]) : undefined),
    contracts,
  )
  for (const reason of reasons) process.stderr.write(`${reason}\n`)
  process.stdout.write(reasons.length === 0 ? `All that ${commit} promised is kept.\n` : '')
  return reasons.length === 0 ? 0 : 1
}

if (import.meta.main) process.exitCode = main(process.argv[2])
