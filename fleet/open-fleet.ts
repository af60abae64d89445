import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readSettings } from '@rialto/kit/settings'
import { createLogger } from '@rialto/kit/telemetry'
import { startDatabase } from '../mount-services.ts'
import {
  databaseSetting,
  databaseSettings,
  keptSecret,
  type ProcessSettings,
  processSettings,
  productionSettings,
  withAddress,
} from '../platform-settings.ts'
import { isServiceName, serviceNames } from '../services.ts'
import { createMember, type Member } from './member.ts'
import { hasNatsServer, startNatsServer } from './nats-server.ts'
import { connectionsEach, type MemberName, memberNames, type Replicas } from './plan.ts'

/** Every service as processes of its own on this machine, with what they need. */
export interface Fleet {
  /** Where the shop is; empty while no gateway is open. */
  readonly url: string
  readonly members: readonly Member[]
  readonly settings: ProcessSettings
  /** Puts new processes in all places, one after the other, while the shop stays open. */
  replaceAll(): Promise<void>
  stop(): Promise<void>
}

export interface FleetOptions {
  readonly environment: Record<string, string | undefined>
  readonly replicas: Replicas
  readonly tell: (line: string) => void
}

/** What is missing on this machine, and how to get it. */
export class Missing extends Error {}

/** Starts PostgreSQL, NATS and all processes. Throws `Missing` or `WrongSettings` before anything is started. */
export async function openFleet({ environment, replicas, tell }: FleetOptions): Promise<Fleet> {
  const settings = readAll(environment)
  if (!settings.NATS_URL && !hasNatsServer()) throw new Missing(howToGetNats)
  const connections = connectionsEach(replicas)
  const dataDir = resolve(settings.RIALTO_DATA)
  await mkdir(dataDir, { recursive: true })
  const secret = settings.RIALTO_SECRET ?? (await keptSecret(dataDir))
  const undo: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const ground = await startGround({ settings, dataDir, secret, tell, undo })
    const common = {
      // Compiled once for all processes, and for their next start.
      NODE_COMPILE_CACHE: join(import.meta.dirname, '../.rialto/compiled'),
      ...withAddress(environment),
      ...ground.shared,
      RIALTO_SECRET: secret,
      RIALTO_DATA: dataDir,
    }
    const environmentOf = (name: MemberName, index: number) => ({
      ...common,
      DATABASE_CONNECTIONS: environment.DATABASE_CONNECTIONS ?? String(connections),
      ...metricsPort(environment.METRICS_PORT, index),
      ...(isServiceName(name) && { PORT: '0', HOST: '127.0.0.1', ...ground.databases[name] }),
    })
    tell('Starting the services')
    const members = placesOf(replicas).map(({ name, number }, index) =>
      createMember({ name, number, environment: environmentOf(name, index), tell }),
    )
    undo.push(() => stopMembers(members))
    const gateways = members.filter(({ name }) => name === 'gateway')
    await startMembers(members)
    return {
      get url() {
        return gateways.find(({ url }) => url)?.url ?? ''
      },
      members,
      settings,
      replaceAll: async () => {
        for (const member of members) await member.replace()
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const howToGetNats =
  'A fleet needs nats-server to carry its events: apt-get install nats-server, brew install nats-server, ' +
  'or https://nats.io/download; or name a running one with NATS_URL. In one process, `npm start` needs none.'

type Settings = ProcessSettings & Record<string, unknown>

function readAll(environment: FleetOptions['environment']): Settings {
  const production = environment.NODE_ENV === 'production' ? [productionSettings] : []
  return readSettings(
    [processSettings, databaseSettings(serviceNames), ...production],
    environment,
  ) as Settings
}

interface Ground {
  readonly settings: Settings
  readonly dataDir: string
  readonly secret: string
  readonly tell: (line: string) => void
  readonly undo: (() => Promise<unknown>)[]
}

/** Starts what all stand on, and answers with what each process is told of it. */
async function startGround({ settings, dataDir, secret, tell, undo }: Ground) {
  const log = createLogger(settings.LOG_LEVEL)
  tell('Starting the database')
  const postgres = await startDatabase(serviceNames, settings, dataDir, log)
  if (postgres) undo.push(() => postgres.stop())
  const urls = serviceNames.map(async (name) => {
    const setting = databaseSetting(name)
    const url = (settings[setting] as string | undefined) ?? (await postgres?.ensureDatabase(name))
    return [name, { [setting]: url }] as const
  })
  const databases: Record<string, Record<string, string | undefined>> = Object.fromEntries(
    await Promise.all(urls),
  )
  if (settings.NATS_URL) return { shared: { NATS_URL: settings.NATS_URL }, databases }
  tell('Starting NATS')
  const nats = await startNatsServer({ dataDir, secret, log: (message) => log.warn(message) })
  undo.push(nats.stop)
  return { shared: { NATS_URL: nats.url }, databases }
}

/** One port after the other: each process is asked for itself. */
function metricsPort(first: string | undefined, index: number): { METRICS_PORT?: string } {
  return first ? { METRICS_PORT: String(Number(first) + index) } : {}
}

function placesOf(replicas: Replicas): { name: MemberName; number: number }[] {
  return memberNames.flatMap((name) =>
    Array.from({ length: replicas[name] }, (_, index) => ({ name, number: index + 1 })),
  )
}

/** All at once, but for further gateways: the first one builds the pages where that has to be done. */
async function startMembers(members: readonly Member[]): Promise<void> {
  const isFurther = ({ name, number }: Member) => name === 'gateway' && number > 1
  await all(members.filter((member) => !isFurther(member)).map((member) => member.start()))
  await all(members.filter(isFurther).map((member) => member.start()))
}

/** The gateways first, so that whoever is served is served to the end. */
async function stopMembers(members: readonly Member[]): Promise<void> {
  const [gateways, services] = [true, false].map((outer) =>
    members.filter(({ name }) => (name === 'gateway') === outer),
  )
  for (const group of [gateways, services])
    await Promise.all((group ?? []).map((member) => member.stop({ atOnce: true })))
}

/** Waits for all before it tells of the first failure, so that nothing is still starting when the rest ends. */
async function all(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}
