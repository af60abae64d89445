import { type BlockList, isIP } from 'node:net'
import { isAllowed } from './networks.ts'

// Whether a webhook may have this address. Where its name leads is checked at each connection, see lookup.ts.

export interface AddressRules {
  /** Whether a plain connection is allowed. */
  readonly plain: boolean
  /** Networks inside to which it may lead all the same. */
  readonly inside: BlockList
}

/** Ports from 1024 on that browsers refuse, too, as something else than HTTP listens there. */
const oddPorts = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
])

/** What is wrong with the address, as an end of a sentence; undefined if nothing is. */
export function addressFault(url: string, { plain, inside }: AddressRules): string | undefined {
  const parsed = URL.parse(url)
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol))
    return 'must be an address such as https://erp.example/hooks'
  if (parsed.protocol === 'http:' && !plain) return 'must begin with https://'
  if (parsed.username || parsed.password)
    return 'must not have a user or password in it: what is sent is signed'
  if (parsed.hash || url.includes('#')) return 'must not have a #fragment'
  const port = Number(parsed.port || (parsed.protocol === 'http:' ? 80 : 443))
  if ((port < 1024 && port !== 80 && port !== 443) || oddPorts.has(port))
    return `must not have the port ${port}: use 443, or one from 1024 on`
  const host = hostOf(parsed)
  const addresses = isIP(host) > 0 ? [host] : isLoopback(host) ? loopback : []
  if (addresses.some((address) => !isAllowed(address, inside))) return insideFault
  return undefined
}

export const insideFault = 'leads into the network of the shop, or to no public address'

/** The host of an address, without the brackets of IPv6. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

/** The names that always mean this machine, whatever DNS says. */
export function isLoopback(host: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(host)
}

export const loopback: readonly string[] = ['127.0.0.1']
