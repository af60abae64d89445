import type { Sign } from './actor-token.ts'
import type { Find } from './client.ts'
import { isRaw, mayRepeat, type Operation } from './contract.ts'
import type { Dispatch } from './dispatch.ts'
import { createPeer, type Peer, type PeerOptions } from './peer.ts'
import { deadlineExceeded, is, unavailable } from './problem.ts'
import { Ignorant, Lost } from './remote.ts'
import type { RequestInfo } from './request.ts'
import { type Guarded, guardPeer } from './resilience.ts'

/** Says where the instances of a service are at this moment; undefined when it does not know the service. */
export type Locate = (
  service: string,
) => readonly string[] | undefined | Promise<readonly string[] | undefined>

export interface Discovery {
  readonly find: Find
  /** Lets running calls finish and gives up all connections. */
  close(): Promise<void>
}

export interface DiscoveryOptions {
  /** Services of this process, reached without a socket. */
  readonly inside: (service: string) => Dispatch | undefined
  /** In the order of asking: the first that knows the service decides. */
  readonly locate: readonly Locate[]
  readonly sign: Sign
  readonly connect?: PeerOptions['connect']
}

/** Attempts of one call at most, each at another instance. */
const attemptsLimit = 3

/** Finds every service: in this process, or over the network at one of its live instances. */
export function createDiscovery({ inside, locate, sign, connect }: DiscoveryOptions): Discovery {
  const peers = new Map<string, { peer: Peer; dispatch: Dispatch }>()
  const outside = (service: string): Dispatch => {
    const known = peers.get(service)
    if (known) return known.dispatch
    const peer = createPeer({ sign, connect })
    const guarded = guardPeer(service, speaksAgainst)
    const dispatch: Dispatch = (operation, input, request) =>
      guarded
        .run(async () => {
          peer.update(await urlsOf(service, locate))
          return attempt({ peer, guarded, operation, input, request })
        })
        .catch((error) => {
          throw error instanceof Lost || error instanceof Ignorant ? away(service, error) : error
        })
    peers.set(service, { peer, dispatch })
    return dispatch
  }
  return {
    find: (service) => inside(service) ?? outside(service),
    close: async () => {
      await Promise.all([...peers.values()].map(({ peer }) => peer.close()))
    },
  }
}

async function urlsOf(service: string, locate: readonly Locate[]): Promise<readonly string[]> {
  for (const where of locate) {
    const found = where(service)
    const urls = found instanceof Promise ? await found : found
    if (urls && urls.length > 0) return urls
  }
  return []
}

interface Attempted {
  readonly peer: Peer
  readonly guarded: Guarded
  readonly operation: Operation
  readonly input: Record<string, unknown>
  readonly request: RequestInfo
}

/**
 * Asks one instance, and another one if that is harmless: the first was not reached, or a repeat changes nothing, or
 * it is of a version that does not know the operation. Of the last there may be as many as there are instances.
 */
async function attempt({ peer, guarded, operation, input, request }: Attempted): Promise<unknown> {
  const { name } = operation
  const tried = new Set<string>()
  for (let count = 1; ; ) {
    const remote = peer.pick(tried, name) ?? (count > 1 ? peer.pick(new Set(), name) : undefined)
    if (!remote) throw away(operation.service)
    try {
      return await remote.send(operation, input, request)
    } catch (error) {
      if (error instanceof Ignorant) peer.avoid(remote.url, name)
      // A stream may have been opened already.
      if (error instanceof Ignorant && !isRaw(operation.body)) continue
      if (!(error instanceof Lost)) throw error
      if (!error.sent) peer.avoid(remote.url)
      tried.add(remote.url)
      const harmless = error.sent ? mayRepeat(operation, request.idempotencyKey) : !isRaw(operation.body)
      if (!harmless || count++ === attemptsLimit || !guarded.takeRetry()) throw error
    }
  }
}

/** Connections that fail and answers that do not come; a problem that the peer tells of is an answer. */
function speaksAgainst(error: unknown): boolean {
  return error instanceof Lost || is(error, deadlineExceeded)
}

function away(service: string, cause?: unknown) {
  const problem = unavailable(`The ${service} service is away just now.`, { service })
  problem.cause = cause
  return problem
}
