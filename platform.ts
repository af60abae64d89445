import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createGateway } from '@rialto/gateway'
import { addDemoMedia } from '@rialto/gateway/media'
import { createLocalBroker } from '@rialto/kit/broker'
import type { Find } from '@rialto/kit/client'
import { type Mounted, mount, stopAll } from '@rialto/kit/mount'
import { type Postgres, startPostgres } from '@rialto/kit/postgres'
import { readSettings } from '@rialto/kit/settings'
import { createLogger, type Logger } from '@rialto/kit/telemetry'
import { prepareStorefront } from '@rialto/storefront/mount'
import type { FastifyInstance } from 'fastify'
import {
  databaseSetting,
  databaseSettings,
  keptSecret,
  type ProcessSettings,
  processSettings,
  productionSettings,
  withAddress,
} from './platform-settings.ts'
import { services } from './services.ts'

/** The whole platform at work in this process. */
export interface Platform {
  /** Where it listens, such as http://localhost:3000. */
  readonly url: string
  readonly app: FastifyInstance
  readonly mounted: readonly Mounted[]
  readonly settings: ProcessSettings
  /** Finishes running requests and work, then lets go of everything. */
  stop(): Promise<void>
}

export interface PlatformOptions {
  readonly environment: Record<string, string | undefined>
  /** Whether pages are served beside the API. */
  readonly pages?: boolean
  /** Told of each step, for whoever waits. */
  readonly tell?: (step: string) => void
}

/** Starts every service, the gateway and the storefront. Throws `WrongSettings` before anything is started. */
export async function startPlatform({
  environment,
  pages = true,
  tell = () => {},
}: PlatformOptions): Promise<Platform> {
  const settings = readAll(environment)
  const own = settings as ProcessSettings
  const dataDir = resolve(own.RIALTO_DATA)
  const log = createLogger(own.LOG_LEVEL)
  await mkdir(dataDir, { recursive: true })
  const secret = own.RIALTO_SECRET ?? (await keptSecret(dataDir))
  const built = pages ? prepareStorefront({ outDir: join(dataDir, 'storefront') }) : undefined
  // Awaited below; a build that fails while the database starts must not go unhandled.
  built?.catch(() => {})
  const undo: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const step of undo.reverse()) await step()
  }
  try {
    tell('Starting the database')
    const postgres = await startDatabase(settings, dataDir, log)
    if (postgres) undo.push(() => postgres.stop())
    tell('Starting the services')
    const { mounted, find, broker } = await mountAll({
      settings: { ...settings, RIALTO_SECRET: secret },
      postgres,
      dataDir,
      log,
    })
    undo.push(() => stopAll(mounted))
    const contracts = services.map(({ contract }) => contract)
    const secure = own.PUBLIC_URL?.startsWith('https:') ?? false
    if (built) tell('Preparing the pages')
    const version = '0.1.0'
    const app = await createGateway({
      contracts,
      find,
      broker,
      log,
      secret,
      secure,
      version,
      pages: await built,
    })
    undo.push(() => app.close())
    await addDemoMedia(app)
    for (const service of mounted) await service.begin()
    await app.listen({ port: own.PORT, host: own.HOST })
    return { url: addressOf(app), app, mounted, settings: own, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function readAll(environment: Record<string, string | undefined>): Record<string, unknown> {
  const production = environment.NODE_ENV === 'production' ? [productionSettings] : []
  const databases = databaseSettings(services.map(({ contract }) => contract))
  return readSettings([processSettings, databases, ...production, ...services], withAddress(environment))
}

/** The embedded PostgreSQL, unless every service has a database of its own. */
async function startDatabase(
  settings: Record<string, unknown>,
  dataDir: string,
  log: Logger,
): Promise<Postgres | undefined> {
  const needed = services.some(({ contract }) => settings[databaseSetting(contract.name)] === undefined)
  return needed ? startPostgres({ dataDir, log: (message) => log.warn(message) }) : undefined
}

interface Parts {
  readonly settings: Record<string, unknown>
  readonly postgres: Postgres | undefined
  readonly dataDir: string
  readonly log: Logger
}

async function mountAll({ settings, postgres, dataDir, log }: Parts) {
  const broker = createLocalBroker()
  const doors = new Map<string, Mounted>()
  const find: Find = (name) => doors.get(name)?.dispatch
  const mounting = services.map(async (service) => {
    const { name } = service.contract
    const databaseUrl =
      (settings[databaseSetting(name)] as string | undefined) ?? (await postgres?.ensureDatabase(name))
    if (databaseUrl === undefined) throw new Error(`${name} has no database`)
    const files = join(dataDir, name)
    await mkdir(files, { recursive: true })
    const mounted = await mount(service, { databaseUrl, broker, find, log, settings, dataDir: files })
    doors.set(name, mounted)
  })
  const results = await Promise.allSettled(mounting)
  const failed = results.find((result) => result.status === 'rejected')
  const mounted = [...doors.values()]
  if (failed) {
    await stopAll(mounted)
    throw failed.reason
  }
  return { mounted, find, broker }
}

function addressOf(app: FastifyInstance): string {
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return `http://localhost:${port}`
}
