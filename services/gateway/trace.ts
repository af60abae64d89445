import { gauge, histogram } from '@rialto/kit/metrics'
import type { Logger } from '@rialto/kit/telemetry'
import { byStatus, lineOfRequest, traceRequests } from '@rialto/kit/trace-requests'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ReplyCache } from './reply-cache.ts'
import { isFromPage } from './traffic/from-page.ts'

const requests = histogram(
  'rialto_http_request_duration_seconds',
  'How long the gateway takes to answer, kept replies included',
  ['operation', 'status'],
)

/** Traces and measures what comes to the door of the shop. */
export function traceGateway(app: FastifyInstance, log: Logger | undefined): void {
  const measure = byStatus(requests)
  const write = log && lineOfRequest(log)
  traceRequests(app, {
    service: 'gateway',
    // Whoever is outside must not decide how much is traced.
    isStranger: (request) => !isFromPage(request),
    other,
    answered: (request, answer) => {
      measure(answer)
      write?.(request, answer)
    },
  })
}

export function measureKept(cache: ReplyCache): () => Promise<void> {
  const end = gauge('rialto_kept_replies_bytes', 'What kept replies take in memory', [], () => [
    { labels: {}, value: cache.bytes() },
  ])
  return async () => end()
}

/** Pictures, scripts and the signs of life are not worth a word. */
function other({ is404, url, routeOptions }: FastifyRequest): string | undefined {
  if (routeOptions.config.isGraph) return 'graphql'
  if (!is404 || url.startsWith('/_astro/')) return undefined
  return url.startsWith('/api/') ? 'unknown' : 'page'
}
