import {
  accessList,
  type ContractInfo,
  isRaw,
  type Operation,
  replySchema,
  successStatus,
} from '@rialto/kit/contract'
import { notFound } from '@rialto/kit/problem'
import type { ContractOperation } from './contract.ts'
import { changesBetween } from './contract-changes.ts'
import type { Answers, OperationsOptions } from './operations.ts'

type Reads = Pick<Answers, 'listServiceContracts' | 'getServiceContract'>

export function contractReads({ contracts, builtIn, promised }: OperationsOptions): Reads {
  const changesOf = async (contract: ContractInfo) => {
    const was = await promised(contract.name)
    return was ? changesBetween(was, contract) : []
  }
  return {
    listServiceContracts: async () => ({
      items: await Promise.all(
        contracts().map(async (contract) => ({
          name: contract.name,
          version: contract.version,
          summary: contract.summary,
          operations: contract.operations.length,
          events: contract.events.length,
          changes: (await changesOf(contract)).length,
          learned: !builtIn.has(contract.name),
        })),
      ),
    }),
    getServiceContract: async ({ name }) => {
      const contract = contracts().find((each) => each.name === name)
      if (!contract) throw notFound('No contract of this name is served.')
      return {
        name,
        version: contract.version,
        summary: contract.summary,
        learned: !builtIn.has(name),
        operations: contract.operations.map(described),
        events: contract.events.map((event) => ({
          name: event.name,
          version: event.version,
          schema: event.schema,
        })),
        changes: await changesOf(contract),
      }
    },
  }
}

function described(operation: Operation): ContractOperation {
  const { name, method, path, summary, description, internal = false, query, body, problems = [] } = operation
  const taken = isRaw(body) ? { description: `${body.raw}, at most ${body.maxBytes} bytes` } : body
  return {
    name,
    method,
    path,
    access: [...accessList(operation)],
    summary,
    ...(description !== undefined && { description }),
    internal,
    ...(query && { query }),
    ...(taken && { body: taken }),
    status: successStatus(operation),
    reply: replySchema(operation),
    problems: problems.map(({ code }) => code),
  }
}
