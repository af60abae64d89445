import { type LookupAddress, promises } from 'node:dns'
import type { BlockList, LookupFunction } from 'node:net'
import { insideFault, isLoopback, loopback } from './address.ts'
import { isAllowed } from './networks.ts'

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** An address that is not connected to. */
export class RefusedAddress extends Error {
  constructor(fault: string) {
    super(`The address ${fault}.`)
    this.name = 'RefusedAddress'
  }
}

/**
 * Asked by each connection where its host is, and nobody asks again between this check and the connection: a name
 * that leads elsewhere the second time is of no use. One address inside, and none of the others is taken either.
 */
export function guardedLookup(inside: BlockList, resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    const answer = async (): Promise<LookupAddress[]> => {
      const addresses = isLoopback(host) ? loopback : await resolve(host)
      if (addresses.length === 0) throw Object.assign(new Error('No such host'), { code: 'ENOTFOUND' })
      if (!addresses.every((address) => isAllowed(address, inside))) throw new RefusedAddress(insideFault)
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    }
    answer().then(
      (found) => {
        const [first] = found as [LookupAddress]
        if (options.all) callback(null, found)
        else callback(null, first.address, first.family)
      },
      (error) => callback(error, []),
    )
  }
}

/**
 * Asks DNS itself. The way over the system's own functions takes one of few threads for as long as a name has no
 * answer, and would hold up everybody else's.
 */
export function dnsResolve(timeoutMs: number): Resolve {
  const resolver = new promises.Resolver({ timeout: timeoutMs, tries: 2 })
  return async (host) => {
    const asked = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    const found = asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    const [first] = asked
    if (found.length === 0 && first?.status === 'rejected') throw first.reason
    return found
  }
}
