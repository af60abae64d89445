import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type TrafficSettings, trafficSettings, trustedProxies } from '@rialto/gateway/traffic-settings'
import { createVerify } from '@rialto/kit/actor-token'
import type { Dispatch } from '@rialto/kit/dispatch'
import { createDoor } from '@rialto/kit/door'
import { createFaults, type Faults } from '@rialto/kit/faults'
import type { Health } from '@rialto/kit/health'
import { newId } from '@rialto/kit/id'
import { type Mounted, stopAll } from '@rialto/kit/mount'
import { openTelemetry, type TelemetrySettings, telemetrySettings } from '@rialto/kit/open-telemetry'
import type { Service } from '@rialto/kit/service'
import { readSettings } from '@rialto/kit/settings'
import { createLogger, type Logger } from '@rialto/kit/telemetry'
import type { FastifyInstance } from 'fastify'
import { listen } from './listen.ts'
import { mountServices, startDatabase } from './mount-services.ts'
import { type Network, openNetwork } from './network.ts'
import type { GatewayStart } from './open-gateway.ts'
import {
  addressSettings,
  databaseSettings,
  keptSecret,
  type ProcessSettings,
  processSettings,
  productionSettings,
  refuseKnownSecrets,
  withAddress,
} from './platform-settings.ts'
import { loadFolders } from './service-folder.ts'
import { isServiceName, loadServices, type ServiceName, serviceNames } from './services.ts'

/** What a process of the platform runs. */
export interface Parts {
  readonly services: readonly ServiceName[]
  /** Folders of services that are not in this repository. */
  readonly folders?: readonly string[]
  /** The one door, with the API and the pages. */
  readonly gateway: boolean
}

export const everything: Parts = { services: serviceNames, gateway: true }

/** The platform at work in this process, or a part of it. */
export interface Platform {
  /** Where the shop, or else the services, can be reached, such as http://localhost:3000. */
  readonly url: string
  /** The door at that address. */
  readonly app: FastifyInstance
  readonly mounted: readonly Mounted[]
  readonly settings: ProcessSettings
  /**
   * Says goodbye, takes for `DRAIN_MS` what others still send, finishes running requests and work, then lets go
   * of everything. At once means without that time.
   */
  stop(how?: { readonly atOnce?: boolean }): Promise<void>
}

export interface PlatformOptions {
  readonly environment: Record<string, string | undefined>
  readonly parts?: Parts
  /** Whether pages are served beside the API. */
  readonly pages?: boolean
  /** Told of each step, for whoever waits. */
  readonly tell?: (step: string) => void
}

export const version = '0.1.0'

/** Starts the parts. Throws `WrongSettings` before anything is started. */
export async function startPlatform({
  environment,
  parts = everything,
  pages = true,
  tell = () => {},
}: PlatformOptions): Promise<Platform> {
  // Only what this process runs is loaded.
  const services = [...(await loadServices(parts.services)), ...(await loadFolders(parts.folders))]
  const given = readAll(environment, parts, services)
  const dataDir = resolve(given.RIALTO_DATA)
  await mkdir(dataDir, { recursive: true })
  const secret = given.RIALTO_SECRET ?? (await keptSecret(dataDir))
  const log = createLogger(given.LOG_LEVEL)
  const start: Start = {
    parts,
    services,
    settings: { ...given, RIALTO_SECRET: secret },
    secret,
    dataDir,
    log,
    tell,
    pages,
  }
  const undo: Undo = []
  try {
    const of = { name: nameOf(parts, services), version, id: randomUUID() }
    undo.push(await openTelemetry({ of, settings: given, log }))
    return await open(start, undo)
  } catch (error) {
    await unwind(undo)
    throw error
  }
}

interface Start {
  readonly parts: Parts
  readonly services: readonly Service[]
  readonly settings: Settings
  readonly secret: string
  readonly dataDir: string
  readonly log: Logger
  readonly tell: (step: string) => void
  readonly pages: boolean
}

type Settings = ProcessSettings & TelemetrySettings & Record<string, unknown>
type Undo = (() => Promise<unknown>)[]

async function unwind(undo: Undo): Promise<void> {
  for (const step of undo.reverse()) await step()
}

function readAll(
  environment: Record<string, string | undefined>,
  { gateway }: Parts,
  services: readonly Service[],
): Settings {
  const production = environment.NODE_ENV === 'production'
  const databases = databaseSettings(services.map(({ contract }) => contract.name))
  const ofGateway = gateway ? [trafficSettings] : []
  const ofProduction = production ? [productionSettings] : []
  const addresses = addressSettings(serviceNames)
  const declared = [
    processSettings,
    telemetrySettings,
    databases,
    addresses,
    ...ofGateway,
    ...ofProduction,
    ...services,
  ]
  const settings = readSettings(declared, gateway ? withAddress(environment) : environment) as Settings
  if (production) refuseKnownSecrets(declared, settings)
  if (gateway) trustedProxies(settings as unknown as TrafficSettings)
  return settings
}

async function open(start: Start, undo: Undo): Promise<Platform> {
  const { parts, services, settings } = start
  const alone = isAlone(parts)
  const self = { id: newId('proc'), name: nameOf(parts, services) }
  const inside = new Map<string, Dispatch>()
  const loading = parts.gateway ? loadGateway(start) : undefined
  // One that fails while the database starts must not go unhandled.
  loading?.catch(() => {})
  const network = await openNetwork({
    ...start,
    name: self.name,
    inside: (name) => inside.get(name),
    alone,
  })
  undo.push(network.close)
  const faults =
    settings.NODE_ENV === 'production' ? undefined : createFaults({ crash: alone ? undefined : crash })
  const mounted = await openServices(start, { network, inside, undo, faults })
  const health: Health = { state: 'starting', databases: mounted.map(({ database }) => database) }
  const ownContracts = services.map(({ contract }) => contract).filter(({ name }) => !isServiceName(name))
  let opened: FastifyInstance | undefined
  // Alone it is asked by the console only.
  const door = () => {
    opened ??= openDoor(start, { name: self.name, mounted, inside, health, faults })
    return opened
  }
  undo.push(async () => opened?.close())
  const gateway = await (await loading)?.({
    ...start,
    network,
    health,
    version,
    ownContracts,
    self,
    door,
    inside,
  })
  if (gateway) undo.push(() => gateway.close())
  await beginAll(mounted)
  const app = gateway ?? door()
  const url = await listen({ gateway, door, network, mounted, settings, self: { ...self, version }, alone })
  health.state = 'ready'
  const stop = async ({ atOnce = false } = {}) => {
    health.state = 'draining'
    await network.registry?.leave()
    if (!alone && !atOnce) await pause(settings.DRAIN_MS)
    await unwind(undo)
  }
  return { url, app, mounted, settings, stop }
}

/** All of them have begun or failed when it throws: none begins while the others are stopped. */
async function beginAll(mounted: readonly Mounted[]): Promise<void> {
  const results = await Promise.allSettled(mounted.map((service) => service.begin()))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** Loads the gateway, and makes its pages ready, while the database starts. */
async function loadGateway({ pages, dataDir }: Start) {
  const { beginPages, openGateway } = await import('./open-gateway.ts')
  const begun = pages ? beginPages(dataDir) : undefined
  return (more: Omit<GatewayStart, 'pages'>) => openGateway({ ...more, pages: begun })
}

interface Opening {
  readonly network: Network
  readonly inside: Map<string, Dispatch>
  readonly undo: Undo
  readonly faults: Faults | undefined
}

async function openServices(
  { services, settings, dataDir, log, tell }: Start,
  { network, inside, undo, faults }: Opening,
): Promise<Mounted[]> {
  if (services.length === 0) return []
  tell('Starting the database')
  const names = services.map(({ contract }) => contract.name)
  const postgres = await startDatabase(names, settings, dataDir, log)
  if (postgres) undo.push(() => postgres.stop())
  tell('Starting the services')
  const mounted = await mountServices(services, {
    postgres,
    broker: network.broker,
    find: network.find,
    log,
    settings,
    poolSize: settings.DATABASE_CONNECTIONS,
    add: ({ service: { contract }, dispatch }) =>
      inside.set(contract.name, faults?.around(contract.name, dispatch) ?? dispatch),
  })
  undo.push(() => stopAll(mounted))
  return mounted
}

interface Door {
  readonly name: string
  readonly mounted: readonly Mounted[]
  readonly inside: ReadonlyMap<string, Dispatch>
  readonly health: Health
  readonly faults: Faults | undefined
}

/** The door for the rest of the fleet; a process that is alone asks itself there. */
function openDoor({ secret, settings, log }: Start, { mounted, inside, ...rest }: Door): FastifyInstance {
  const services = mounted.map(({ service: { contract }, dispatch }) => ({
    contract,
    dispatch: inside.get(contract.name) ?? dispatch,
  }))
  const verify = createVerify({ secret, otherSecret: settings.RIALTO_OTHER_SECRET })
  return createDoor({ ...rest, services, verify, version, log, logsRequests: settings.LOG_REQUESTS })
}

/** As the machine does it: without a goodbye, but after the answer. */
function crash(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50)
}

function isAlone({ services, gateway }: Parts): boolean {
  return gateway && services.length === serviceNames.length
}

/** As its peers see it: `orders`, `gateway`, `orders+inventory`. */
function nameOf(parts: Parts, services: readonly Service[]): string {
  if (isAlone(parts)) return 'rialto'
  return [...(parts.gateway ? ['gateway'] : []), ...services.map(({ contract }) => contract.name)].join('+')
}
