import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContractInfo } from '@rialto/kit/contract'
import { contractBreaks } from '@rialto/kit/contract-changes'
import { lockOf, readLock } from '@rialto/kit/contract-lock'
import { lockFile } from './contracts.ts'

/** The graph that was promised last: it follows from the contracts, but for names that they may change. */
export const graphFile = join(import.meta.dirname, 'services', 'gateway', 'graph.lock.graphql')

/** What of the present contract breaks what was promised; nothing for a service that is new. */
export function breaksOf(contract: ContractInfo): string[] {
  const text = promised(contract)
  return text === undefined ? [] : contractBreaks(readLock(text), contract)
}

/** Whether the file says just what the contract says. */
export function isAccepted(contract: ContractInfo): boolean {
  return promised(contract) === lockOf(contract)
}

function promised(contract: ContractInfo): string | undefined {
  const file = lockFile(contract)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
