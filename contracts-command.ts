import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { graphBreaks, printGraph } from '@rialto/gateway/graph'
import { lockOf } from '@rialto/kit/contract-lock'
import { breaksOf, graphFile, isAccepted } from './contract-locks.ts'
import { contracts, lockFile } from './contracts.ts'

const usage = `What each contract promises stands in the contract.lock.json beside it, and the graph that follows from all in one file.

  npm run contracts                    tells what has changed since, and what of it breaks callers or hearers
  npm run contracts -- accept          writes what breaks nobody; refuses the rest
  npm run contracts -- accept --broken also what breaks callers or hearers: only of what was never released

A change that breaks is a new version of the contract, or of the event, beside the old one.
`

const options = { broken: { type: 'boolean' }, help: { type: 'boolean' } } as const
const { values, positionals } = parseArgs({ options, allowPositionals: true })
const [command, ...others] = positionals
if (values.help) process.stdout.write(usage)
else if (others.length === 0 && command === undefined) process.exitCode = tell()
else if (others.length === 0 && command === 'accept') process.exitCode = accept(values.broken === true)
else {
  process.stderr.write(usage)
  process.exitCode = 2
}

function tell(): number {
  const reasons = breaksOfAll()
  for (const reason of reasons) process.stderr.write(`${reason}\n`)
  const changed = contracts.filter((contract) => !isAccepted(contract)).map(({ name }) => name)
  if (promisedGraph() !== printGraph(contracts)) changed.push('the graph')
  process.stdout.write(changed.length > 0 ? `Changed: ${changed.join(', ')}\n` : 'Nothing has changed.\n')
  return reasons.length > 0 ? 1 : 0
}

function breaksOfAll(): string[] {
  const graph = printGraph(contracts)
  return [...contracts.flatMap(breaksOf), ...graphBreaks(promisedGraph() ?? graph, graph).map(inGraph)]
}

function promisedGraph(): string | undefined {
  return existsSync(graphFile) ? readFileSync(graphFile, 'utf8') : undefined
}

function accept(broken: boolean): number {
  const reasons = breaksOfAll()
  for (const reason of reasons) process.stderr.write(`${reason}\n`)
  if (reasons.length > 0 && !broken) {
    process.stderr.write('Nothing is accepted. Keep what others rely on, or raise the version.\n')
    return 1
  }
  const changed = contracts.filter((contract) => !isAccepted(contract))
  for (const contract of changed) writeFileSync(lockFile(contract), lockOf(contract))
  writeFileSync(graphFile, printGraph(contracts))
  process.stdout.write(`Accepted: ${changed.map(({ name }) => name).join(', ') || 'nothing has changed'}\n`)
  return 0
}

function inGraph(reason: string): string {
  return `In the graph: ${reason}`
}
