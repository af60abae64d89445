import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Verify } from './actor-token.ts'
import type { ContractInfo } from './contract.ts'
import type { Faults } from './faults.ts'
import { type Health, type Readiness, readiness } from './health.ts'
import { forbidden } from './problem.ts'
import { oneOf, type Static, Type } from './schema.ts'
import { checker } from './validation.ts'
import { bearerOf, tokenRefusal } from './wire.ts'

/** What a process tells of itself to the rest of the fleet. */
export interface InstanceFacts {
  readonly name: string
  readonly services: readonly string[]
  readonly version: string
  readonly state: Readiness
  readonly startedAt: string
}

/** For whom a token has to be made that opens these routes. */
export const instanceAudience = 'instance'

export interface InstanceRoutes {
  readonly name?: string
  readonly services: readonly { readonly contract: ContractInfo }[]
  readonly version: string
  readonly health: Health
  readonly verify: Verify
  readonly faults?: Faults
}

const NewFault = Type.Object({
  kind: oneOf(['slow', 'fail', 'crash']),
  percent: Type.Integer({ minimum: 1, maximum: 100 }),
  delayMs: Type.Integer({ minimum: 1, maximum: 30_000 }),
  seconds: Type.Integer({ minimum: 1, maximum: 600 }),
})
const checkFault = checker(NewFault)

/** `/instance`, and the faults of the process where any may be injected: for services of the fleet only. */
export function addInstanceRoutes(app: FastifyInstance, options: InstanceRoutes): void {
  const { services, version, health, verify, faults } = options
  const names = services.map(({ contract }) => contract.name)
  const name = options.name ?? names.join('+')
  const startedAt = new Date(Date.now() - performance.now()).toISOString()
  app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      const actor = await verify(bearerOf(request.headers.authorization), instanceAudience).catch(
        (refusal) => {
          reply.header('www-authenticate', tokenRefusal)
          throw refusal
        },
      )
      if (actor.kind !== 'service') throw forbidden('This is for services of the fleet.')
    })
    scope.get('/instance', async (): Promise<InstanceFacts> => {
      return { name, services: names, version, state: await readiness(health), startedAt }
    })
    if (faults) addFaultRoutes(scope, faults)
    else scope.get('/instance/faults', async () => ({ allowed: false, items: [] }))
  })
}

function addFaultRoutes(scope: FastifyInstance, faults: Faults): void {
  const serviceOf = (request: FastifyRequest) => (request.params as { service: string }).service
  scope.get('/instance/faults', async () => ({ allowed: true, items: faults.list() }))
  scope.put('/instance/faults/:service', async (request) => {
    checkFault(request.body)
    const { seconds, ...fault } = request.body as Static<typeof NewFault>
    const service = serviceOf(request)
    faults.inject({ ...fault, service, until: Date.now() + seconds * 1_000 })
    return { items: faults.list() }
  })
  scope.delete('/instance/faults/:service', async (request, reply) => {
    faults.remove(serviceOf(request))
    return reply.code(204).send()
  })
}
