import { join } from 'node:path'
import { createGateway } from '@rialto/gateway'
import { addDemoMedia } from '@rialto/gateway/media'
import type { PageHandler } from '@rialto/gateway/pages'
import type { TrafficSettings } from '@rialto/gateway/traffic-settings'
import { addHealth, type Health } from '@rialto/kit/health'
import type { Logger } from '@rialto/kit/telemetry'
import { prepareStorefront } from '@rialto/storefront/mount'
import type { FastifyInstance } from 'fastify'
import { contracts } from './contracts.ts'
import type { Network } from './network.ts'
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
  readonly health: Health
  readonly version: string
  readonly log: Logger
  readonly pages: Promise<PageHandler> | undefined
  readonly tell: (step: string) => void
}

/** Makes the one door of the platform, with its pages, ready to listen. */
export async function openGateway(start: GatewayStart): Promise<FastifyInstance> {
  const { settings, secret, network, health, version, log, pages, tell } = start
  if (pages) tell('Preparing the pages')
  const app = await createGateway({
    contracts,
    find: network.find,
    broker: network.broker,
    log,
    secret,
    secure: settings.PUBLIC_URL?.startsWith('https:') ?? false,
    version,
    pages: await pages,
    // Read where there is a gateway.
    traffic: settings as unknown as TrafficSettings,
  })
  addHealth(app, health)
  await addDemoMedia(app)
  return app
}
