import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createSign } from '@rialto/kit/actor-token'
import type { ContractInfo } from '@rialto/kit/contract'
import { readLock } from '@rialto/kit/contract-lock'
import type { Dispatch } from '@rialto/kit/dispatch'
import { askOverHttp, createOperations, type Informants, readAnswer, tokenOf } from '@rialto/operations'
import type { FastifyInstance } from 'fastify'
import { lockFile } from './contracts.ts'
import type { Network } from './network.ts'
import { serviceNames } from './services.ts'

export interface OperationsStart {
  readonly network: Network
  readonly secret: string
  /** This process, as it announces itself, with its own door: alone, nobody else reaches that. */
  readonly self: { readonly id: string; readonly name: string; readonly services: readonly string[] }
  readonly door: () => FastifyInstance
  readonly builtIn: readonly ContractInfo[]
  readonly contracts: () => readonly ContractInfo[]
}

/** What runs, told by the gateway: it asks each living process at its door, and itself without a socket. */
export function openOperations(start: OperationsStart): { dispatch: Dispatch; close(): Promise<void> } {
  const { network, secret, self, door, builtIn, contracts } = start
  const sign = createSign({ secret, issuer: self.name })
  const outside = askOverHttp(sign)
  const inside: Informants['ask'] = async (_, { method = 'GET', path, body }) => {
    const headers = { authorization: `Bearer ${await tokenOf(sign, path)}` }
    const reply = await door().inject({ method, url: path, headers, payload: body as object | undefined })
    return readAnswer(reply.statusCode, reply.payload)
  }
  const informants: Informants = {
    live: async () => [self, ...(await network.live()).filter(({ id }) => id !== self.id)],
    ask: (process, question) => (process.id === self.id ? inside : outside.ask)(process, question),
  }
  const dispatch = createOperations({
    informants,
    services: serviceNames,
    contracts,
    builtIn: new Set(builtIn.map(({ name }) => name)),
    promised,
  })
  return { dispatch, close: outside.close }
}

/** What was promised last lies beside the code; of a service from elsewhere nothing is known. */
async function promised(name: string): Promise<ContractInfo | undefined> {
  const file = lockFile({ name })
  return existsSync(file) ? readLock(await readFile(file, 'utf8')) : undefined
}
