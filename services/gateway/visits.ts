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
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
      // A page cannot read its cookies, so the session that it ends is named for it: the service forgets it too.
      if (endsSession(operation)) return { token: sessions.tokenOf(request), ...body }
      if (isOneOf(returning, operation)) return { ticket: sessions.ticketOf(request), ...body }
      return body
    },
    finish: (operation, request, reply, answer) => {
      if (startsSession(operation)) sessions.start(reply, answer as Session)
      if (isOneOf(leaving, operation)) sessions.giveTicket(reply, (answer as { ticket: string }).ticket)
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

const starting = namesOf(
  identity.register,
  identity.signIn,
  identity.confirmSignIn,
  identity.finishProviderSignIn,
  identity.signInWithPasskey,
)
/** The browser goes elsewhere, and comes back with what it was given. */
const leaving = namesOf(identity.startProviderSignIn, identity.startLinkingProvider)
const returning = namesOf(identity.finishProviderSignIn, identity.finishLinkingProvider)

function namesOf(...operations: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(operations.map(({ name }) => name))
}

function isOneOf(names: ReadonlySet<string>, { service, name }: Operation): boolean {
  return service === identity.signIn.service && names.has(name)
}

function startsSession(operation: Operation): boolean {
  return isOneOf(starting, operation)
}

function endsSession({ service, name }: Operation): boolean {
  return service === identity.signOut.service && name === identity.signOut.name
}

/** Only what a shopper owns needs an identity; browsing leaves no cookie. */
function usesGuest(operation: Operation): boolean {
  return accessList(operation).includes('shopper')
}
