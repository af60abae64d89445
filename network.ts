import { createSocket } from 'node:dgram'
import { createSign } from '@rialto/kit/actor-token'
import type { Broker } from '@rialto/kit/broker'
import type { Find } from '@rialto/kit/client'
import { createBroker } from '@rialto/kit/create-broker'
import type { Discovery, Locate } from '@rialto/kit/discovery'
import type { Dispatch } from '@rialto/kit/dispatch'
import { locateByDns, locateBySettings } from '@rialto/kit/locate'
import { openRegistry, type Registry } from '@rialto/kit/registry'
import type { Logger } from '@rialto/kit/telemetry'
import type { LiveProcess } from '@rialto/operations'
import type { ProcessSettings } from './platform-settings.ts'
import { serviceNames } from './services.ts'

/** How this process meets the rest of the fleet. Alone in one process there is no rest, and no socket for it. */
export interface Network {
  readonly find: Find
  readonly broker: Broker
  /** Where processes announce themselves; none without NATS. */
  readonly registry?: Registry
  /** The processes that are known to live, by whatever tells where they are; of a fleet this one among them. */
  live(): Promise<readonly LiveProcess[]>
  close(): Promise<void>
}

export interface NetworkOptions {
  readonly settings: ProcessSettings & Record<string, unknown>
  readonly secret: string
  /** Of this process, as its peers see it. */
  readonly name: string
  readonly inside: (service: string) => Dispatch | undefined
  /** Whether every part runs in this process, so that nobody else is looked for. */
  readonly alone: boolean
  readonly log: Logger
}

interface Discovering extends Pick<NetworkOptions, 'inside' | 'secret' | 'name'> {
  readonly locate: readonly Locate[]
}

export async function openNetwork({
  settings,
  secret,
  name,
  inside,
  alone,
  log,
}: NetworkOptions): Promise<Network> {
  const { NATS_URL: natsUrl } = settings
  // Announcements have a connection of their own: no flood of events may make an instance look dead.
  const link = natsUrl && !alone ? await connectTo(natsUrl, { name, log }) : undefined
  const registry = link && openRegistry(link.first(), log)
  const discovery = alone
    ? { find: inside, close: async () => {} }
    : await discover({ inside, locate: waysToLocate(settings, registry), secret, name })
  const { NATS_REPLICAS: replicas, NATS_STREAM_MEBIBYTES: maxMebibytes } = settings
  const broker = await createBroker({ natsUrl, name, log, replicas, maxMebibytes })
  return {
    find: discovery.find,
    broker,
    registry,
    live: async () => union([...registered(registry), ...(await located(settings, alone))]),
    close: async () => {
      await discovery.close()
      registry?.close()
      await Promise.all([broker.close(), link?.close()])
    },
  }
}

// Loaded only in a fleet, as the broker's part of it is.

async function discover({ inside, locate, secret, name }: Discovering): Promise<Discovery> {
  const { createDiscovery } = await import('@rialto/kit/discovery')
  return createDiscovery({ inside, locate, sign: createSign({ secret, issuer: name }) })
}

async function connectTo(urls: string, of: { name: string; log: Logger }) {
  const { keepConnecting } = await import('@rialto/kit/nats')
  return keepConnecting({ urls, ...of })
}

function registered(registry: Registry | undefined): LiveProcess[] {
  const live = registry?.live() ?? []
  return live.map(({ id, url, version, name, services }) => {
    const names = Object.keys(services)
    return { id, url, version, name: name ?? (names.join('+') || 'gateway'), services: names }
  })
}

/** Who is found by settings and DNS has no name of its own but that of its services. */
async function located(settings: NetworkOptions['settings'], alone: boolean): Promise<LiveProcess[]> {
  if (alone) return []
  const ways = waysToLocate(settings, undefined)
  const found = serviceNames.map(async (service) => {
    const urls = await Promise.all(ways.map(async (where) => (await where(service)) ?? []))
    return urls.flat().map((url) => ({ url, service }))
  })
  const byUrl = Map.groupBy((await Promise.all(found)).flat(), ({ url }) => url)
  return [...byUrl].map(([url, at]) => {
    const services = [...new Set(at.map(({ service }) => service))]
    return { id: url, url, name: services.join('+'), services }
  })
}

/** What is announced says more than that there is something at an address. */
function union(processes: readonly LiveProcess[]): LiveProcess[] {
  const known = new Map<string, LiveProcess>()
  for (const process of processes) if (!known.has(process.url ?? '')) known.set(process.url ?? '', process)
  return [...known.values()]
}

function waysToLocate(settings: NetworkOptions['settings'], registry: Registry | undefined): Locate[] {
  const ways = [locateBySettings(settings)]
  if (registry) ways.push(registry.urlsOf)
  if (settings.SERVICE_DNS) ways.push(locateByDns({ pattern: settings.SERVICE_DNS }))
  return ways
}

/** The address of the interface by which NATS is reached: there, or on the same machine, are the peers. */
export async function ownAddress({ HOST, ANNOUNCED_HOST, NATS_URL }: ProcessSettings): Promise<string> {
  if (ANNOUNCED_HOST) return ANNOUNCED_HOST
  if (HOST !== '0.0.0.0' && HOST !== '::') return HOST
  const [first = ''] = NATS_URL?.split(',') ?? []
  return URL.canParse(first) ? interfaceTowards(new URL(first).hostname) : '127.0.0.1'
}

/** Binding a datagram socket to a target sends nothing; the system only chooses the interface. */
function interfaceTowards(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', reject)
    socket.connect(4222, host, () => {
      const { address } = socket.address()
      socket.close()
      resolve(address)
    })
  })
}
