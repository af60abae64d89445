import { lookup } from 'node:dns/promises'
import type { Locate } from './discovery.ts'

/** Addresses given by settings: `ORDERS_URL=http://one:3000,http://two:3000`. */
export function locateBySettings(settings: Record<string, unknown>): Locate {
  const lists = new Map<string, readonly string[]>()
  return (service) => {
    const setting = settings[urlSetting(service)]
    if (typeof setting !== 'string') return undefined
    const known = lists.get(service) ?? setting.split(',').map((url) => url.trim().replace(/\/$/, ''))
    lists.set(service, known)
    return known
  }
}

/** `ORDERS_URL`: where the instances of a service are. */
export function urlSetting(service: string): string {
  return `${service.toUpperCase().replaceAll('-', '_')}_URL`
}

const askedAgainMs = 1_000

export interface DnsOptions {
  /** Host and port of a service's instances, such as `{service}:3000`; every address of the host is one. */
  readonly pattern: string
  readonly now?: () => number
  readonly addressesOf?: (host: string) => Promise<readonly string[]>
}

/** Asks the resolver, as Kubernetes and Compose have one, for all addresses of a service's host. */
export function locateByDns({ pattern, now = Date.now, addressesOf = lookUp }: DnsOptions): Locate {
  const entries = new Map<string, Entry>()
  const ask = async (service: string, entry: Entry) => {
    const { hostname, port } = new URL(`http://${pattern.replace('{service}', service)}`)
    // A resolver that does not answer says nothing about who is there.
    const found = await addressesOf(hostname).catch(() => undefined)
    const urls = found?.map((address) => `http://${bracketed(address)}:${port || 80}`).sort() ?? entry.urls
    if (urls.join() !== entry.urls.join()) entry.urls = urls
    entry.at = now()
    entry.asking = undefined
    return entry.urls
  }
  return (service) => {
    const entry = entries.get(service) ?? { at: Number.NEGATIVE_INFINITY, urls: [] }
    entries.set(service, entry)
    if (now() - entry.at >= askedAgainMs) entry.asking ??= ask(service, entry)
    // Those known already serve until the answer is there.
    return entry.urls.length > 0 ? entry.urls : (entry.asking ?? entry.urls)
  }
}

interface Entry {
  at: number
  urls: readonly string[]
  asking?: Promise<readonly string[]>
}

async function lookUp(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTFOUND') return []
    throw error
  })
  return found.map(({ address }) => address)
}

/** An IPv6 address as URLs want it. */
export function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}
