import { defineMiddleware } from 'astro:middleware'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { isProblem } from './lib/problems.ts'

const policy = {
  'default-src': "'self'",
  'img-src': "'self' https: data:",
  'object-src': "'none'",
  'base-uri': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'self'",
}

/** Turns what the shop refuses into calm pages, and gives each page its headers. */
export const onRequest = defineMiddleware(async (context, next) => {
  let response: Response
  try {
    response = await next()
  } catch (error) {
    const page = pageFor(error, context.url)
    if (page === undefined) throw error
    if (page.startsWith('/account')) return context.redirect(page, 303)
    // A new request, as the body of the failed one may be read already.
    response = await context.rewrite(
      new Request(new URL(page, context.url), { headers: context.request.headers }),
    )
  }
  const type = response.headers.get('content-type') ?? ''
  // The page of a problem has been through here already.
  if (!type.startsWith('text/html') || response.headers.has('content-security-policy')) return response
  response.headers.set('content-type', 'text/html; charset=utf-8')
  response.headers.set('content-security-policy', contentPolicy(context.url.pathname))
  response.headers.set('cache-control', 'private, no-cache')
  return compressed(response, context.request.headers.get('accept-encoding') ?? '')
})

/** The page that tells of a problem which the page asked for does not handle; undefined when it is a bug. */
function pageFor(error: unknown, { pathname, search }: URL): string | undefined {
  if (!isProblem(error)) return undefined
  if (error.status === 401) return `/account/sign-in?to=${encodeURIComponent(pathname + search)}`
  if (error.status === 404 || error.status === 403 || error.status === 400) return '/404'
  if (error.status === 503 || error.status === 504 || error.status === 429) return '/unavailable'
  return undefined
}

function contentPolicy(path: string): string {
  // Mails bring their own inline styles; they are shown in a frame that runs no scripts and inherits this policy.
  const styles = path.startsWith('/inbox/') ? { 'style-src': "'self' 'unsafe-inline'" } : {}
  return Object.entries({ ...policy, ...styles })
    .map(([name, value]) => `${name} ${value}`)
    .join('; ')
}

const zip = promisify(gzip)

async function compressed(response: Response, accepted: string): Promise<Response> {
  response.headers.append('vary', 'accept-encoding')
  if (!/\bgzip\b/.test(accepted) || response.body === null) return response
  const body = await zip(await response.arrayBuffer(), { level: 5 })
  const headers = new Headers(response.headers)
  headers.set('content-encoding', 'gzip')
  headers.set('content-length', String(body.length))
  return new Response(body, { status: response.status, headers })
}
