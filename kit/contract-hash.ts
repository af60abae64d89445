import { createHash } from 'node:crypto'
import type { ContractInfo } from './contract.ts'

/** Fingerprint of all that a contract promises: instances with the same one can stand in for each other. */
export function contractHash(contract: ContractInfo): string {
  return createHash('sha256').update(JSON.stringify(contract)).digest('base64url').slice(0, 16)
}
