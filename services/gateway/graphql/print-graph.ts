import type { ContractInfo } from '@rialto/kit/contract'
import { publicOperations } from '@rialto/kit/known-contracts'
import { buildSchema, findBreakingChanges, printSchema } from 'graphql'
import { buildGraph } from './graph.ts'

/** The graph of these contracts in its own language. */
export function printGraph(contracts: readonly ContractInfo[]): string {
  return `${printSchema(buildGraph(contracts.flatMap(publicOperations)))}\n`
}

/** What of the present graph breaks queries that the earlier one answered, in plain words. */
export function graphBreaks(was: string, is: string): string[] {
  return findBreakingChanges(buildSchema(was), buildSchema(is)).map(({ description }) => description)
}
