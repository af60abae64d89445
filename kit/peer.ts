import type { Sign } from './actor-token.ts'
import { createRemote, type Remote } from './remote.ts'

/** An instance just failed to take a connection: for so long others are asked. */
const avoidedMs = 1_000
/** For so long an instance is not asked again for what it does not know; another one may have taken its address. */
const ignorantMs = 5_000

/** The instances of one service, of which each call takes one. */
export interface Peer {
  /** The instances that live now; connections to others are let go. The same list again costs nothing. */
  update(urls: readonly string[]): void
  /**
   * The less busy of two at random, none of those tried before, nor one that does not know the operation; undefined
   * when there is none to ask.
   */
  pick(tried: ReadonlySet<string>, operation?: string): Remote | undefined
  /** Leaves an instance alone for a moment; or only with an operation that it does not know. */
  avoid(url: string, operation?: string): void
  close(): Promise<void>
}

export interface PeerOptions {
  readonly sign: Sign
  readonly now?: () => number
  readonly random?: () => number
  readonly connect?: (url: string, sign: Sign) => Remote
}

export function createPeer({
  sign,
  now = Date.now,
  random = Math.random,
  connect = createRemote,
}: PeerOptions): Peer {
  const remotes = new Map<string, Remote>()
  const avoidedUntil = new Map<string, number>()
  const ignorantUntil = new Map<string, Map<string, number>>()
  const leaving = new Set<Promise<void>>()
  let present: readonly string[] = []
  const letGo = (remote: Remote) => {
    remotes.delete(remote.url)
    avoidedUntil.delete(remote.url)
    ignorantUntil.delete(remote.url)
    const gone: Promise<void> = remote
      .close()
      .catch(() => {})
      .finally(() => leaving.delete(gone))
    leaving.add(gone)
  }
  return {
    update: (urls) => {
      if (urls === present) return
      present = urls
      for (const url of urls) if (!remotes.has(url)) remotes.set(url, connect(url, sign))
      const live = new Set(urls)
      for (const remote of [...remotes.values()]) if (!live.has(remote.url)) letGo(remote)
    },
    pick: (tried, operation = '') => {
      const time = now()
      const able = [...remotes.values()].filter(
        ({ url }) =>
          !tried.has(url) &&
          (avoidedUntil.get(url) ?? 0) <= time &&
          (ignorantUntil.get(url)?.get(operation) ?? 0) <= time,
      )
      return lessBusy(able, random)
    },
    avoid: (url, operation) => {
      if (!remotes.has(url)) return
      if (operation === undefined) return avoidedUntil.set(url, now() + avoidedMs)
      const unknown = ignorantUntil.get(url) ?? new Map()
      ignorantUntil.set(url, unknown.set(operation, now() + ignorantMs))
    },
    close: async () => {
      for (const remote of [...remotes.values()]) letGo(remote)
      await Promise.all(leaving)
    },
  }
}

/** Two at random suffice to even out the load, and no two callers run after the same idle instance. */
function lessBusy(able: readonly Remote[], random: () => number): Remote | undefined {
  if (able.length < 2) return able[0]
  const first = Math.floor(random() * able.length)
  const second = (first + 1 + Math.floor(random() * (able.length - 1))) % able.length
  const [one, other] = [able[first] as Remote, able[second] as Remote]
  return other.outstanding < one.outstanding ? other : one
}
