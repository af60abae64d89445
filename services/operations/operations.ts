import { admit } from '@rialto/kit/access'
import type { ContractInfo, Operation } from '@rialto/kit/contract'
import type { Dispatch } from '@rialto/kit/dispatch'
import { deadlineExceeded } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { operations } from './contract.ts'
import { contractReads } from './contracts.ts'
import { faultSwitches } from './faults.ts'
import type { Informants } from './informants.ts'
import { instanceReads } from './instances.ts'
import { logReads } from './logs.ts'
import { metricReads } from './metrics.ts'
import { traceReads } from './traces.ts'

export { askOverHttp, readAnswer, tokenOf } from './ask-over-http.ts'
export type { Ask, Informants, LiveProcess, Question } from './informants.ts'

/** What the answers are made from. */
export interface OperationsOptions {
  readonly informants: Informants
  /** Services that should be there, whether or not anybody has them. */
  readonly services: readonly string[]
  readonly contracts: () => readonly ContractInfo[]
  /** Names of those that were built in. */
  readonly builtIn: ReadonlySet<string>
  /** What a contract promised last; undefined where that is not known. */
  readonly promised: (name: string) => Promise<ContractInfo | undefined>
  readonly now?: () => Date
}

type Names = Extract<keyof typeof operations, string>
export type Answers = {
  readonly [Name in Names]: (
    input: Parameters<Handler<(typeof operations)[Name]>>[0],
  ) => ReturnType<Handler<(typeof operations)[Name]>>
}

/** Answers the contract from what the living processes tell: there is no database behind it. */
export function createOperations(options: OperationsOptions): Dispatch {
  const answers: Answers = {
    ...instanceReads(options),
    ...traceReads(options),
    ...logReads(options),
    ...metricReads(options),
    ...contractReads(options),
    ...faultSwitches(options),
  }
  return async (operation: Operation, input, { actor, deadline }) => {
    admit(operation, actor)
    if (deadline <= Date.now()) throw deadlineExceeded('The time to answer was over before the work began.')
    return answers[operation.name as Names](input as never)
  }
}
