import type { ContractInfo, Operation } from '@rialto/kit/contract'
import type { FastifyInstance } from 'fastify'
import { addressesOf } from './addresses.ts'

/** Operations that were learned while the gateway runs, behind a gateway of their own: routes of Fastify are fixed. */
interface Learned {
  readonly app: FastifyInstance
  /** Addresses at which something was learned. */
  readonly here: RegExp
  /** By method, those of them that an operation which was built in would take for its own. */
  readonly hidden: ReadonlyMap<string, RegExp>
}

export interface LearnedOptions {
  readonly prefix: string
  readonly builtIn: readonly Operation[]
  /** Makes a gateway with these operations alone. Throws when one of them cannot be served. */
  readonly open: (contracts: readonly ContractInfo[]) => Promise<FastifyInstance>
}

/**
 * Lets operations be added to an app that is listening already. Answers with the way to replace those added before:
 * all are made ready first, and served when what that answers with is called. Call it before the hooks that answer, or
 * set header fields: what was learned goes through those of its own app. What was built in is not touched by any of this.
 */
export function serveLearned(app: FastifyInstance, { prefix, builtIn, open }: LearnedOptions) {
  let current: Learned | undefined
  app.addHook('onRequest', (request, reply, done) => {
    if (!current) return done()
    const { url, method } = request
    const isBuiltIn = request.routeOptions.config.operation !== undefined
    if (isBuiltIn ? !current.hidden.get(method)?.test(url) : !current.here.test(url)) return done()
    reply.hijack()
    current.app.routing(request.raw, reply.raw)
  })
  app.addHook('onClose', async () => {
    await current?.app.close()
  })
  return async (contracts: readonly ContractInfo[]): Promise<() => void> => {
    const next = contracts.length > 0 ? await ready(contracts, { prefix, builtIn, open }) : undefined
    return () => {
      const former = current
      current = next
      // What is under way there is answered to its end.
      void former?.app.close()
    }
  }
}

async function ready(
  contracts: readonly ContractInfo[],
  { prefix, builtIn, open }: LearnedOptions,
): Promise<Learned> {
  const app = await open(contracts)
  await app.ready()
  const operations = contracts.flatMap((contract) => contract.operations)
  const hidden = operations.filter((operation) => builtIn.some((other) => hides(other, operation)))
  const byMethod = Map.groupBy(hidden, ({ method }) => method)
  const headed = [...byMethod].flatMap(([method, of]) =>
    (method === 'GET' ? ['GET', 'HEAD'] : [method]).map((each) => [each, addressesOf(prefix, of)] as const),
  )
  return { app, here: addressesOf(prefix, operations), hidden: new Map(headed) }
}

/** `GET /things/:id` would take what is meant for `GET /things/newest`. */
function hides(other: Operation, operation: Operation): boolean {
  const [wide, narrow] = [other.path.split('/'), operation.path.split('/')]
  if (other.method !== operation.method || wide.length !== narrow.length) return false
  return wide.every((part, index) => part.startsWith(':') || part === narrow[index])
}
