import { categoryChanged, productChanged, productRemoved } from '@rialto/catalog/contract'
import { stockChanged } from '@rialto/inventory/contract'
import type { Broker } from '@rialto/kit/broker'
import type { Message } from '@rialto/kit/message'
import { counter } from '@rialto/kit/metrics'
import { listingChanged } from '@rialto/search/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Keeping } from './keeping.ts'
import { asksForStream } from './live/live.ts'
import { type CachedReply, type ReplyCache, staleSeconds, zipped } from './reply-cache.ts'
import { type Sessions, sessionCookie, visitorOf } from './session.ts'

const found = counter('rialto_kept_replies_total', 'What was found among kept replies', ['result'])
const keptReplies = { fresh: found('fresh'), stale: found('stale'), missing: found('missing') }

/** Answers from the cache before anything else is done, and keeps fresh answers that may be kept. */
export function serveFromCache(app: FastifyInstance, cache: ReplyCache, sessions: Sessions): void {
  const serve = async (request: FastifyRequest, reply: FastifyReply) => {
    if (mayBeStaff(request) && (await visitorOf(request, sessions)).actor.kind === 'staff') {
      request.seesMore = true
      return
    }
    const cached = cache.get(request.url)
    if (cached && !cache.isDue(cached)) {
      keptReplies.fresh.add()
      return sendKept(cached, request, reply)
    }
    keptReplies[cached ? 'stale' : 'missing'].add()
    request.stale = cached
    request.askedAt = cache.now()
  }
  app.addHook('onRequest', (request, reply, done) => (mayBeKept(request) ? serve(request, reply) : done()))
  app.addHook('onSend', (request, reply, payload, done) => {
    const { keeping, seesMore } = request
    const keeps = keeping && !seesMore && mayBeKept(request) && reply.statusCode === 200
    if (keeps && typeof payload === 'string') {
      const kept = cache.put(request.url, { body: payload, ...keeping }, request.askedAt ?? cache.now())
      setHeaders(kept, reply)
    }
    done()
  })
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Staff see more than others do: their answers are neither kept nor taken from the cache. */
    seesMore?: boolean
    /** How its answer may be kept. */
    keeping?: Keeping
    /** An answer beyond its time, which this request is to renew. */
    stale?: CachedReply
    /** Where the cache stood when the answer was begun. */
    askedAt?: number
  }
}

/** Drops what an event makes stale, and everything when events may have passed unheard. */
export function dropOnEvents(broker: Broker, cache: ReplyCache): () => void {
  return broker.watch(
    [productChanged, productRemoved, categoryChanged, listingChanged, stockChanged].map(({ name }) => name),
    (message) => cache.drop(tagsOf(message)),
    cache.dropAll,
  )
}

function tagsOf({ name, data, aggregateId }: Message): string[] {
  const { id } = data as { id?: string }
  switch (name) {
    case productChanged.name:
      return ['product', 'category', `product:${id}`]
    case productRemoved.name:
      return ['product', 'category', `product:${id}`]
    case categoryChanged.name:
      return ['category', 'product']
    case stockChanged.name:
      return [`stock:${aggregateId}`]
    default:
      return ['search']
  }
}

/** What is read of operations that say so, or of the graph, which is known when it is answered. */
function mayBeKept(request: FastifyRequest): boolean {
  const { operation, isGraph } = request.routeOptions.config
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  // What is watched is no reply to keep.
  if ((isGraph || operation?.live) && asksForStream(request)) return false
  return isGraph === true || operation?.cache !== undefined
}

function mayBeStaff(request: FastifyRequest): boolean {
  const { authorization, cookie = '' } = request.headers
  return authorization !== undefined || cookie.includes(`${sessionCookie}=`)
}

function setHeaders(cached: CachedReply, reply: FastifyReply): void {
  reply
    .header('etag', cached.etag)
    .header('cache-control', cacheControl(cached))
    .header('vary', 'accept-encoding, authorization, cookie')
}

function cacheControl({ seconds }: CachedReply): string {
  return `public, max-age=0, s-maxage=${seconds}, stale-while-revalidate=${staleSeconds(seconds)}`
}

export function sendKept(cached: CachedReply, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  setHeaders(cached, reply)
  if (request.headers['if-none-match'] === cached.etag) return reply.code(304).send()
  reply.header('content-type', 'application/json; charset=utf-8')
  const zip = cached.body.length > 1_024 && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  return zip ? reply.header('content-encoding', 'gzip').send(zipped(cached)) : reply.send(cached.body)
}
