import type { Operation } from '@rialto/kit/contract'
import { defaultTimeoutMs } from '@rialto/kit/request'
import type { FastifyRequest } from 'fastify'
import type { Common } from './common.ts'
import type { LookAgain } from './live/watch-operation.ts'
import { type Sessions, visitorOf } from './session.ts'
import type { Traffic } from './traffic/traffic.ts'
import { agentOf } from './visits.ts'

/** The visitor who asks for the operation at this address, unless it is too much. */
export function admitBy({ sessions, traffic: { limits }, room }: Common) {
  return async (request: FastifyRequest) => {
    const visitor = await visitorOf(request, sessions)
    const { operation } = request.routeOptions.config
    if (!operation) return visitor
    // Most have nothing to wait for, and an await would cost them a turn.
    const counting = limits.admit(operation, request, visitor)
    if (counting) await counting
    const waiting = room.admitOne(operation, request, visitor)
    if (waiting) await waiting
    return visitor
  }
}

export function identifyBy(common: Common) {
  const admit = admitBy(common)
  return async (request: FastifyRequest) => {
    const { actor, sessionId } = await admit(request)
    const { operation } = request.routeOptions.config
    const userAgent = operation && agentOf(operation, request)
    return { actor, sessionId, userAgent, deadline: Date.now() + defaultTimeoutMs }
  }
}

/** The same for one of the operations of a question. */
export function identifyInGraphBy({ sessions, traffic: { limits, shedding }, room }: Common) {
  return async (request: FastifyRequest, operation: Operation) => {
    shedding.admitOne(operation, request)
    const visitor = await visitorOf(request, sessions, operation)
    await limits.admitOne(operation, request, visitor)
    await room.admitOne(operation, request, visitor)
    const { actor, sessionId } = visitor
    return { actor, sessionId, userAgent: agentOf(operation, request) }
  }
}

/** Who watches, found out anew at each look. In a rush it has to wait. */
export function lookAgainBy(sessions: Sessions, { shedding }: Traffic): LookAgain {
  return async (request, operation) => {
    shedding.admitOne(operation, request)
    const { actor, sessionId, untold } = await sessions.identify(request)
    if (untold !== undefined) throw untold
    return { actor, sessionId }
  }
}
