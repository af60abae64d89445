import type { Problem } from '@rialto/kit/problem'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** When whoever was refused may come again. */
    retryAfterSeconds?: number
  }
}

/** Lets refusals tell when to come again. */
export function tellWhenToRetry(app: FastifyInstance): void {
  app.decorateRequest('retryAfterSeconds', undefined)
  app.addHook('onSend', ({ retryAfterSeconds }, reply, _, done) => {
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
    done()
  })
}

/** Refuses a request before anything was done for it: with a page where a browser asked for one. */
export function refuse(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  if (!isPage(request)) throw problem
  return reply
    .code(problem.status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    })
    .send(page(request))
}

export function isPage({ is404, headers }: FastifyRequest): boolean {
  return is404 && /\btext\/html\b/.test(headers.accept ?? '')
}

/** Costs next to nothing to make, and comes again by itself where that repeats nothing. */
function page({ method, retryAfterSeconds = 5 }: FastifyRequest): string {
  const again = method === 'GET' ? `<meta http-equiv="refresh" content="${retryAfterSeconds}">` : ''
  const advice = again
    ? 'This page tries again by itself in a moment.'
    : 'Please go back and try again in a moment.'
  return `<!doctype html><html lang="en"><meta charset="utf-8">${again}
<meta name="viewport" content="width=device-width"><title>A lot is going on</title>
<style>body{font:18px/1.6 system-ui;max-width:32rem;margin:20vh auto 0;padding:0 1.5rem}</style>
<h1>A lot is going on</h1><p>More people are here than the shop can serve at once. Your cart is kept. ${advice}</p></html>`
}
