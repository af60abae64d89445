import { identity, type Session } from '@rialto/identity/contract'
import { accessList, type Operation } from '@rialto/kit/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { guardOrigin, type Sessions } from './session.ts'

/** What a request does to the visit it belongs to, by whatever way it asks for an operation. */
export interface Visits {
  /** Refuses a change that a page of another site sends. */
  guard(request: FastifyRequest): void
  /** The body of an operation, completed by what only the gateway can read. */
  complete(operation: Operation, request: FastifyRequest, body: unknown): unknown
  /** After a success: cookies of a session that begins or ends, and of a guest who now owns something. */
  finish(operation: Operation, request: FastifyRequest, reply: FastifyReply, answer: unknown): void
}

export function createVisits(sessions: Sessions): Visits {
  return {
    guard: guardOrigin,
    complete: (operation, request, body) => {
      const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
      // A page cannot read its cookie, so the session it ends is named for it: the service forgets it too.
      return endsSession(operation) && isObject ? { token: sessions.tokenOf(request), ...body } : body
    },
    finish: (operation, request, reply, answer) => {
      if (startsSession(operation)) sessions.start(reply, answer as Session)
      const newGuest = request.visitor?.newGuest
      if (newGuest !== undefined && usesGuest(operation)) sessions.giveGuest(reply, newGuest)
      if (endsSession(operation)) sessions.end(request, reply)
    },
  }
}

/** On what a session starts, for its owner's list of sessions. */
export function agentOf(operation: Operation, { headers }: FastifyRequest): string | undefined {
  return startsSession(operation) ? headers['user-agent']?.slice(0, 400) : undefined
}

const starting = new Set<string>([identity.register.name, identity.signIn.name, identity.confirmSignIn.name])

function startsSession({ service, name }: Operation): boolean {
  return service === identity.signIn.service && starting.has(name)
}

function endsSession({ service, name }: Operation): boolean {
  return service === identity.signOut.service && name === identity.signOut.name
}

/** Only what a shopper owns needs an identity; browsing leaves no cookie. */
function usesGuest(operation: Operation): boolean {
  return accessList(operation).includes('shopper')
}
