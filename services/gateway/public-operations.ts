import { accessList, type ContractInfo, type Operation } from '@rialto/kit/contract'

/** What of a contract may be reached from outside the fleet. */
export function publicOperations({ operations }: ContractInfo): Operation[] {
  return operations.filter(
    (operation) => !operation.internal && accessList(operation).some((access) => access !== 'service'),
  )
}
