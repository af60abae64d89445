import { join, resolve } from 'node:path'
import { mountConsole } from '@rialto/console/mount'
import { createGateway } from '@rialto/gateway'
import { addDemoMedia } from '@rialto/gateway/media'
import type { PageHandler } from '@rialto/gateway/pages'
import type { TrafficSettings } from '@rialto/gateway/traffic-settings'
import type { ContractInfo } from '@rialto/kit/contract'
import type { Dispatch } from '@rialto/kit/dispatch'
import { addHealth, type Health } from '@rialto/kit/health'
import { type LearnedContracts, learnContracts } from '@rialto/kit/learn-contracts'
import type { Logger } from '@rialto/kit/telemetry'
import { prepareStorefront } from '@rialto/storefront/mount'
import type { FastifyInstance } from 'fastify'
import { contracts } from './contracts.ts'
import type { Network } from './network.ts'
import { openOperations } from './open-operations.ts'
import type { ProcessSettings } from './platform-settings.ts'

/** Makes the pages ready; begun before all else, as it takes longest where they have to be built. */
export function beginPages(dataDir: string): Promise<PageHandler> {
  const pages = prepareStorefront({ outDir: join(dataDir, 'storefront') })
  // A build that fails while the database starts must not go unhandled.
  pages.catch(() => {})
  return pages
}

export interface GatewayStart {
  readonly settings: ProcessSettings & Record<string, unknown>
  readonly secret: string
  readonly network: Network
  /** Of services that are not in this repository, but in this process. */
  readonly ownContracts: readonly ContractInfo[]
  readonly health: Health
  readonly version: string
  readonly log: Logger
  readonly pages: Promise<PageHandler> | undefined
  readonly tell: (step: string) => void
  /** This process, as it announces itself, and its own door. */
  readonly self: { readonly id: string; readonly name: string }
  readonly door: () => FastifyInstance
  /** Services of this process; what the gateway itself answers is added. */
  readonly inside: Map<string, Dispatch>
}

/** Makes the one door of the platform, with its pages, ready to listen. */
export async function openGateway(start: GatewayStart): Promise<FastifyInstance> {
  const { settings, secret, network, health, version, log, pages, tell, ownContracts } = start
  const builtIn = [...contracts, ...ownContracts]
  const learned = await learnFrom(network, builtIn, log)
  const operations = addOperations(start, builtIn, learned)
  if (pages) tell('Preparing the pages')
  const app = await createGateway({
    contracts: builtIn,
    learned: learned?.contracts,
    find: network.find,
    broker: network.broker,
    log,
    secret,
    otherSecret: settings.RIALTO_OTHER_SECRET,
    secure: settings.PUBLIC_URL?.startsWith('https:') ?? false,
    version,
    logsRequests: settings.LOG_REQUESTS,
    explorer: settings.NODE_ENV !== 'production',
    introspection: settings.GRAPHQL_INTROSPECTION ?? settings.NODE_ENV !== 'production',
    pages: await pages,
    // Read where there is a gateway.
    traffic: settings as unknown as TrafficSettings,
  })
  app.addHook('onClose', operations.close)
  addHealth(app, health)
  await addDemoMedia(app)
  if (pages) mountConsole(app, { outDir: join(resolve(settings.RIALTO_DATA), 'console') })
  if (learned) {
    app.addHook('onClose', learned.close)
    // Who is there already is known from the first request on.
    await learned.contracts.look()
    learned.contracts.begin()
  }
  return app
}

/** What runs is told by the gateway itself. */
function addOperations(start: GatewayStart, builtIn: readonly ContractInfo[], learned: Learning | undefined) {
  const { self, inside } = start
  const operations = openOperations({
    ...start,
    builtIn,
    self: { ...self, services: [...inside.keys()] },
    contracts: () => learned?.contracts.known.contracts ?? builtIn,
  })
  inside.set('operations', operations.dispatch)
  return operations
}

interface Learning {
  readonly contracts: LearnedContracts
  close(): Promise<void>
}

/** Where processes announce themselves, they tell their contracts too. */
async function learnFrom(
  { registry }: Network,
  builtIn: readonly ContractInfo[],
  log: Logger,
): Promise<Learning | undefined> {
  if (!registry) return undefined
  const { contractsOverHttp } = await import('@rialto/kit/contracts-at')
  const { live, avoid } = registry
  const source = contractsOverHttp()
  const contracts = learnContracts({ builtIn, live, avoid, fetch: source.fetch, log })
  return {
    contracts,
    close: async () => {
      await contracts.close()
      await source.close()
    },
  }
}
