import type { ContractInfo } from '@rialto/kit/contract'
import { contractBreaks } from '@rialto/kit/contract-changes'
import type { ContractChange } from './contract.ts'

const changesLimit = 200

/** What is new in a contract, and what of it breaks what was promised. */
export function changesBetween(was: ContractInfo, is: ContractInfo): ContractChange[] {
  // What an earlier version would break of the later one is what the later one has added.
  const added = contractBreaks(is, was).map((what) => ({ kind: 'new' as const, what: asNews(what) }))
  const breaks = contractBreaks(was, is).map((what) => ({ kind: 'breaks' as const, what }))
  return [...breaks, ...added].slice(0, changesLimit)
}

/** `orders: getOrder is gone`, seen from the other side. */
function asNews(what: string): string {
  return what.replace(/ is gone$/, ' is new').replace(/ is not said any more$/, ' is said now')
}
