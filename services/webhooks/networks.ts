import { BlockList, isIP, isIPv4 } from 'node:net'

// Which addresses are outside, so that nobody can make the shop knock at doors inside its own network.

const closedV4 = `
  0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
  192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
  168.63.129.16/32`
/** Of the one range that is routed between networks: documentation, and what carries IPv4 addresses within. */
const closedV6 = '2001::/23 2001:db8::/32 2002::/16 3fff::/20'
const routedV6 = '2000::/3'

interface Lists {
  readonly closed: BlockList
  readonly closedWithin: BlockList
  readonly routed: BlockList
}
let made: Lists | undefined

/** Made at the first look: most shops start without anybody to send webhooks to. */
function lists(): Lists {
  made ??= { closed: listOf(closedV4), closedWithin: listOf(closedV6), routed: listOf(routedV6) }
  return made
}

/** Whether an address may be connected to; `inside` has those that are allowed although they are not outside. */
export function isAllowed(address: string, inside: BlockList): boolean {
  const family = isIP(address)
  // A zone names an interface of this machine.
  if (family === 0 || address.includes('%')) return false
  const kind = family === 4 ? 'ipv4' : 'ipv6'
  return inside.check(address, kind) || isOutside(address)
}

function isOutside(address: string): boolean {
  const { closed, closedWithin, routed } = lists()
  if (isIPv4(address)) return !closed.check(address, 'ipv4')
  return routed.check(address, 'ipv6') && !closedWithin.check(address, 'ipv6')
}

/** Reads networks such as `10.1.0.0/16 fd00::/8`, separated by commas or blanks. Throws at anything else. */
export function listOf(networks: string): BlockList {
  const list = new BlockList()
  for (const network of networks.split(/[\s,]+/).filter(Boolean)) {
    const [address = '', bits, more] = network.split('/')
    const family = isIP(address)
    const longest = family === 4 ? 32 : 128
    const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1
    if (family === 0 || more !== undefined || prefix < 0 || prefix > longest)
      throw new Error(`${network} is no network. Give some such as 10.1.0.0/16,fd00::/8.`)
    list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
