import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { upTo } from '@rialto/kit/cache-limit'
import { LRUCache } from 'lru-cache'

/** A reply that is the same for everyone, ready to be sent. */
export interface CachedReply {
  readonly body: Buffer
  readonly etag: string
  readonly seconds: number
  readonly tags: readonly string[]
  /** By the cache's clock; from then on somebody has to ask anew. */
  freshUntil: number
  zipped?: Buffer
}

/** Keeps replies in memory until they are too old, too many, or one of their tags is dropped. */
export interface ReplyCache {
  get(key: string): CachedReply | undefined
  /**
   * Whether whoever asks now has to ask the service anew, as the reply is older than its seconds. It is one at a
   * time: meanwhile the others get the old one, which nothing that was heard has made wrong.
   */
  isDue(reply: CachedReply): boolean
  /** Where the cache stands: what is asked for now may miss what is dropped from now on. */
  now(): number
  /** Keeps an answer that was asked for at `askedAt`, unless one of its tags was dropped meanwhile. */
  put(key: string, made: MadeReply, askedAt: number): CachedReply
  drop(tags: readonly string[]): void
  dropAll(): void
  /** What it takes in memory. */
  bytes(): number
}

export interface MadeReply {
  readonly body: string
  readonly seconds: number
  readonly tags: readonly string[]
}

const maxBytes = 64 * 1024 * 1024
/** Longer than any request lasts, and far more than are dropped meanwhile. */
const droppedTags = { ...upTo(100_000), ttl: 60_000 }
/** Whoever asks anew has so long; then it is the turn of the next one. */
const turnMs = 5_000

/** `now` is in milliseconds and never goes back. */
export function createReplyCache(now: () => number = () => performance.now()): ReplyCache {
  const keysOf = new Map<string, Set<string>>()
  const droppedAt = new LRUCache<string, number>(droppedTags)
  let drops = 0
  let allDroppedAt = 0
  const forget = (reply: CachedReply, key: string) => {
    for (const tag of reply.tags) {
      const keys = keysOf.get(tag)
      keys?.delete(key)
      if (keys?.size === 0) keysOf.delete(tag)
    }
  }
  const replies = new LRUCache<string, CachedReply>({
    maxSize: maxBytes,
    sizeCalculation: ({ body }, key) => body.length + key.length + 1_000,
    ttlResolution: 0,
    perf: { now },
    dispose: forget,
    noDisposeOnSet: false,
  })
  return {
    get: (key) => replies.get(key),
    isDue: (reply) => {
      const time = now()
      if (time < reply.freshUntil) return false
      reply.freshUntil = time + turnMs
      return true
    },
    now: () => drops,
    bytes: () => replies.calculatedSize,
    put: (key, { body: text, seconds, tags }, askedAt) => {
      const body = Buffer.from(text)
      const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
      const reply: CachedReply = { body, etag, seconds, tags, freshUntil: now() + seconds * 1_000 }
      if (allDroppedAt > askedAt || tags.some((tag) => (droppedAt.get(tag) ?? 0) > askedAt)) return reply
      replies.set(key, reply, { ttl: (seconds + staleSeconds(seconds)) * 1_000 })
      for (const tag of tags) {
        const keys = keysOf.get(tag) ?? new Set()
        keysOf.set(tag, keys.add(key))
      }
      return reply
    },
    drop: (tags) => {
      drops++
      for (const tag of tags) {
        droppedAt.set(tag, drops)
        for (const key of [...(keysOf.get(tag) ?? [])]) replies.delete(key)
      }
    },
    dropAll: () => {
      allDroppedAt = ++drops
      replies.clear()
    },
  }
}

/** For so long a reply is kept beyond its time, for those who come while it is asked for anew. */
export function staleSeconds(seconds: number): number {
  return seconds
}

/** The body in gzip, made once per reply. */
export function zipped(reply: CachedReply): Buffer {
  reply.zipped ??= gzipSync(reply.body, { level: 5 })
  return reply.zipped
}
