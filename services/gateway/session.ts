import { createHmac, timingSafeEqual } from 'node:crypto'
import { identity, type Profile, type Session } from '@rialto/identity/contract'
import { type Actor, anyone } from '@rialto/kit/access'
import { upTo } from '@rialto/kit/cache-limit'
import type { Call } from '@rialto/kit/client'
import { accessList, type Operation } from '@rialto/kit/contract'
import { newId } from '@rialto/kit/id'
import { deadlineExceeded, forbidden, is, unauthenticated, unavailable } from '@rialto/kit/problem'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { isForAll } from './for-all.ts'

export const sessionCookie = 'rialto_session'
export const guestCookie = 'rialto_guest'
const ticketCookie = 'rialto_ticket'

/** Who asks, as the gateway found out from cookies or a bearer token. */
export interface Visitor {
  readonly actor: Actor
  readonly sessionId?: string
  /** Set when the visitor has no guest identity yet, or one to be signed anew: it is sent as a cookie if an operation makes use of it. */
  readonly newGuest?: string
  /** Why it could not be told whose session it is: then only what is open to all can be asked for. */
  readonly untold?: unknown
}

declare module 'fastify' {
  interface FastifyRequest {
    visitor?: Visitor
    identifying?: Visitor | Promise<Visitor>
  }
}

export interface Sessions {
  identify(request: FastifyRequest): Visitor | Promise<Visitor>
  /** Sends the cookies of a session that an operation has just started. */
  start(reply: FastifyReply, session: Session): void
  /** Ends the session of the request, here and in the browser. */
  end(request: FastifyRequest, reply: FastifyReply): void
  giveGuest(reply: FastifyReply, guestId: string): void
  tokenOf(request: FastifyRequest): string | undefined
  /** Keeps what a browser brings back from where it is sent now. */
  giveTicket(reply: FastifyReply, ticket: string): void
  ticketOf(request: FastifyRequest): string | undefined
}

export interface SessionOptions {
  readonly secret: string
  /** What it has signed is known, too, and signed anew. */
  readonly otherSecret?: string
  /** Cookies travel over HTTPS only. */
  readonly secure: boolean
  readonly call: Call
}

interface Known {
  readonly profile: Profile | undefined
  readonly sessionId?: string
  readonly askedAt: number
}

const guestDays = 400
const ticketSeconds = 600
// A session that was ended elsewhere is noticed after this long at the latest.
const trustedForMs = 10_000
// While identity is away nobody can end a session either, so those known before stay good for so long.
const rememberedMs = 900_000

export function createSessions({ secret, otherSecret, secure, call }: SessionOptions): Sessions {
  const { sessionOf, forget } = createLookUp(call)
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  const tokenOf = (request: FastifyRequest) => bearer(request) ?? request.cookies[sessionCookie]
  const guestFrom = (given: string | undefined): Guest | undefined => {
    const fresh = guestOf(given, secret)
    if (fresh) return { id: fresh }
    const other = otherSecret && guestOf(given, otherSecret)
    return other ? { id: other, newGuest: other } : undefined
  }
  const bySession = async (request: FastifyRequest, guest: Guest | undefined, token: string) => {
    const told = await sessionOf(token).then(
      (session) => session,
      (untold: unknown) => {
        if (isAway(untold) && !bearer(request)) return { untold }
        throw untold
      },
    )
    if ('untold' in told) return { actor: guest ? guestActor(guest) : anyone, ...told }
    const { profile, sessionId } = told
    if (profile) return { actor: signedIn(profile, guest?.id), sessionId }
    if (bearer(request)) throw unauthenticated('The session has ended or never was. Sign in again.')
    return withoutSession(request, guest)
  }
  return {
    tokenOf,
    giveTicket: (reply, ticket) => {
      reply.setCookie(ticketCookie, ticket, { ...cookie, maxAge: ticketSeconds })
    },
    ticketOf: (request) => request.cookies[ticketCookie],
    identify: (request) => {
      guardOrigin(request)
      const token = tokenOf(request)
      const guest = guestFrom(request.cookies[guestCookie])
      // Most have no session, and nothing to wait for.
      return token === undefined ? withoutSession(request, guest) : bySession(request, guest, token)
    },
    giveGuest: (reply, guestId) => {
      reply.setCookie(guestCookie, `${guestId}.${sign(guestId, secret)}`, {
        ...cookie,
        maxAge: guestDays * 86_400,
      })
    },
    start: (reply, session) => {
      reply.setCookie(sessionCookie, session.token, { ...cookie, expires: new Date(session.expiresAt) })
    },
    end: (request, reply) => {
      const token = tokenOf(request)
      if (token !== undefined) forget(token)
      reply.clearCookie(sessionCookie, cookie)
      // The next person at this browser starts with a cart of their own.
      reply.clearCookie(guestCookie, cookie)
    },
  }
}

/** As a cookie names one; `newGuest` as in a visitor. */
interface Guest {
  readonly id: string
  readonly newGuest?: string
}

function guestActor({ id }: Guest): Actor {
  return { kind: 'guest', id }
}

function withoutSession({ routeOptions }: FastifyRequest, guest: Guest | undefined): Visitor {
  const { operation } = routeOptions.config
  // Who only looks around needs no name.
  if (!guest && operation && isForAll(operation)) return { actor: anyone }
  const named = guest ?? aNewGuest()
  return { actor: guestActor(named), newGuest: named.newGuest }
}

function aNewGuest(): Guest {
  const id = newId('guest')
  return { id, newGuest: id }
}

/** Tells whose session a token is, and remembers it for a while. */
function createLookUp(call: Call) {
  const known = new LRUCache<string, Known>({ ...upTo(10_000), ttl: rememberedMs })
  const sessionOf = async (token: string): Promise<Known> => {
    const cached = known.get(token)
    if (cached && cached.askedAt + trustedForMs > Date.now()) return cached
    try {
      const { profile, sessionId } = await call(identity.resolveSession, { token })
      const found = { profile, sessionId, askedAt: Date.now() }
      // Whoever sets up a second factor may act as staff from the next request on.
      if (profile?.factorStep) known.delete(token)
      else known.set(token, found)
      return found
    } catch (error) {
      if (cached && isAway(error)) return cached
      throw error
    }
  }
  return { sessionOf, forget: (token: string) => void known.delete(token) }
}

/**
 * The visitor of this request, found out once, as the one who asks for an operation: what is open to all stays open to
 * a browser whose session cannot be told just now.
 */
export async function visitorOf(
  request: FastifyRequest,
  sessions: Sessions,
  operation = request.routeOptions.config.operation,
): Promise<Visitor> {
  request.identifying ??= sessions.identify(request)
  const visitor = await request.identifying
  if (visitor.untold !== undefined && !isOpenToAll(operation)) throw visitor.untold
  request.visitor = visitor
  return visitor
}

function signedIn({ id, role, permissions, factorStep }: Profile, guestId: string | undefined): Actor {
  if (role !== 'staff') return { kind: 'customer', id, guestId }
  return { kind: 'staff', id, permissions, guestId, ...(factorStep && { factorStep }) }
}

function isAway(error: unknown): boolean {
  return is(error, unavailable) || is(error, deadlineExceeded)
}

function isOpenToAll(operation: Operation | undefined): boolean {
  return operation !== undefined && accessList(operation).includes('anyone')
}

/** Other schemes, such as the `Basic` of a proxy before a shop that is not open yet, are not ours to judge. */
function bearer(request: FastifyRequest): string | undefined {
  const { authorization = '' } = request.headers
  if (!/^Bearer\b/i.test(authorization)) return undefined
  const token = /^Bearer (\S{1,500})$/i.exec(authorization)?.[1]
  if (token === undefined) throw unauthenticated('The bearer token is empty, too long or has blanks in it.')
  return token
}

/**
 * A page of another site can make a browser send our cookies. Browsers then name that site in `Origin`; a
 * change that comes from elsewhere is refused. Bearer tokens are never sent by a browser on its own.
 */
export function guardOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  if (changes && !bearer(request) && origin !== undefined && !sameHost(origin, host)) {
    throw forbidden('Changes are taken from pages of this shop only.')
  }
}

function sameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}

function sign(text: string, secret: string): string {
  return createHmac('sha256', secret).update(`guest:${text}`).digest('base64url')
}

function guestOf(cookie: string | undefined, secret: string): string | undefined {
  const [id, signature] = cookie?.split('.') ?? []
  if (!id || !signature) return undefined
  const expected = Buffer.from(sign(id, secret))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined
}
