import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { graphBreaks, printGraph } from '@rialto/gateway/graph'
import { lockOf } from '@rialto/kit/contract-lock'
import { breaksOf, graphFile, isAccepted } from './contract-locks.ts'
import { contracts, lockFile } from './contracts.ts'

const usage = `Writes what each contract promises into the contract.lock.json beside it, and the graph that follows.

  npm run accept-contracts             what breaks nobody; refuses the rest
  npm run accept-contracts -- --broken also what breaks callers or hearers: only of what was never released

A change that breaks is a new version of the contract, or of the event, beside the old one.
`

const { values } = parseArgs({ options: { broken: { type: 'boolean' }, help: { type: 'boolean' } } })
if (values.help) process.stdout.write(usage)
else process.exitCode = accept(values.broken === true)

function accept(broken: boolean): number {
  const graph = printGraph(contracts)
  const promised = existsSync(graphFile) ? readFileSync(graphFile, 'utf8') : graph
  const reasons = [...contracts.flatMap(breaksOf), ...graphBreaks(promised, graph).map(inGraph)]
  for (const reason of reasons) process.stderr.write(`${reason}\n`)
  if (reasons.length > 0 && !broken) {
    process.stderr.write('Nothing is accepted. Keep what others rely on, or raise the version.\n')
    return 1
  }
  const changed = contracts.filter((contract) => !isAccepted(contract))
  for (const contract of changed) writeFileSync(lockFile(contract), lockOf(contract))
  writeFileSync(graphFile, graph)
  process.stdout.write(`Accepted: ${changed.map(({ name }) => name).join(', ') || 'nothing has changed'}\n`)
  return 0
}

function inGraph(reason: string): string {
  return `In the graph: ${reason}`
}
