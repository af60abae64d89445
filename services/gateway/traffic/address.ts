import { BlockList, isIP } from 'node:net'
import { upTo } from '@rialto/kit/cache-limit'
import { LRUCache } from 'lru-cache'

/**
 * By what an address is counted: itself, or for IPv6 the network of 64 bits, as that is what one customer of a
 * provider has. Undefined for this machine and its own networks: there stands a proxy for many, and not one visitor.
 */
export function countedAddress(ip: string): string | undefined {
  const known = counted.get(ip)
  if (known) return known.as
  const as = asCounted(ip)
  counted.set(ip, { as })
  return as
}

/** Whoever comes comes again soon. */
const counted = new LRUCache<string, { readonly as: string | undefined }>(upTo(5_000))

function asCounted(ip: string): string | undefined {
  const address = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  const version = isIP(address)
  // A proxy that is trusted told something else than an address.
  if (version === 0) return 'unknown'
  if (ownNetworks.check(address, version === 4 ? 'ipv4' : 'ipv6')) return undefined
  return version === 4 ? address : `${networkOf(address)}::/64`
}

/** Tells which addresses are among those given, each as an address or a network such as `10.0.0.0/8`. */
export function among(networks: readonly string[]): (ip: string) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    const version = isIP(address)
    if (version === 0) continue
    const family = version === 4 ? 'ipv4' : 'ipv6'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return (ip) => isIP(ip) !== 0 && list.check(ip, isIP(ip) === 4 ? 'ipv4' : 'ipv6')
}

const ownNetworks = new BlockList()
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  ownNetworks.addSubnet(network, prefix, 'ipv4')
ownNetworks.addAddress('::1', 'ipv6')
ownNetworks.addSubnet('fc00::', 7, 'ipv6')
ownNetworks.addSubnet('fe80::', 10, 'ipv6')

/** The first four groups, without leading zeros. */
function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail ? tail.split(':') : []
  const gap = tail === undefined ? 0 : 8 - first.length - last.length
  const groups = [...first, ...Array<string>(Math.max(0, gap)).fill('0'), ...last]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
