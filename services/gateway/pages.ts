import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '@rialto/kit/telemetry'
import { traceparentHeader, traceparentOf } from '@rialto/kit/trace'
import { type ApiCall, createClient, type Send } from '@rialto/sdk'
import type { FastifyInstance, FastifyReply, FastifyRequest, InjectOptions } from 'fastify'
import type { Answer } from './other-methods.ts'
import { guestCookie, sessionCookie } from './session.ts'
import { markOfPage } from './traffic/from-page.ts'

/** What a page finds in its `locals`. */
export interface PageLocals {
  /** The public API, as the visitor of the page; cookies it sets go to the browser. */
  readonly call: ApiCall
  readonly hasSession: boolean
  readonly hasGuest: boolean
  readonly requestId: string
}

/** Renders pages; the storefront's door. */
export type PageHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
  locals: PageLocals,
) => void

interface Pages {
  readonly apiPrefix: string
  readonly answerUnknown: Answer
  readonly handler: PageHandler
  readonly log: Logger
}

/** Hands every address outside of the API that has no route to the storefront. */
export function mountPages(app: FastifyInstance, { apiPrefix, answerUnknown, handler, log }: Pages): void {
  app.setNotFoundHandler((request, reply) => {
    if (request.url.startsWith(`${apiPrefix}/`)) return answerUnknown(request, reply)
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    const locals = localsOf(app, request, reply)
    reply.hijack()
    const next = (error?: unknown) => {
      if (error)
        log.error(
          { error: error instanceof Error ? error.stack : String(error), requestId: request.id },
          'a page failed',
        )
      answerUnhandled(reply, error)
    }
    handler(request.raw, reply.raw, next, locals)
  })
}

function answerUnhandled({ raw }: FastifyReply, error: unknown): void {
  if (raw.headersSent) raw.destroy()
  else
    raw
      .writeHead(error ? 500 : 404, { 'content-type': 'text/plain' })
      .end(error ? 'Something went wrong.' : 'Not found.')
}

function localsOf(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): PageLocals {
  const { cookie = '', 'user-agent': agent = '' } = request.headers
  const headers = { ...(cookie && { cookie }), ...(agent && { 'user-agent': agent }) }
  return {
    call: createClient({ send: sendInside(app, request, reply), headers }),
    hasSession: cookie.includes(`${sessionCookie}=`),
    hasGuest: cookie.includes(`${guestCookie}=`),
    requestId: request.id,
  }
}

function traceOf({ span }: FastifyRequest): Record<string, string> {
  return span ? { [traceparentHeader]: traceparentOf(span) } : {}
}

/** Passes the page's calls through the whole gateway, without a socket. Cookies that are set reach the browser. */
function sendInside(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): Send {
  return async ({ method, path, headers, body }) => {
    const inside = {
      method,
      url: path,
      headers: { ...headers, ...markOfPage, ...traceOf(request) },
      payload: body,
      remoteAddress: request.ip,
    } as InjectOptions
    const { statusCode, headers: given, payload } = await app.inject(inside)
    const cookies = [given['set-cookie'] ?? []].flat()
    if (cookies.length > 0 && !reply.raw.headersSent) reply.raw.appendHeader('set-cookie', cookies)
    return { status: statusCode, headers: new Headers(), text: payload }
  }
}
