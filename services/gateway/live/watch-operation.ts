import { anyone } from '@rialto/kit/access'
import { type Operation, successStatus } from '@rialto/kit/contract'
import type { Dispatch } from '@rialto/kit/dispatch'
import { asProblem } from '@rialto/kit/http'
import { newRequestId } from '@rialto/kit/id'
import { defaultTimeoutMs, type RequestInfo } from '@rialto/kit/request'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isForAll } from '../for-all.ts'
import type { Visitor } from '../session.ts'
import { asksForStream, type Live } from './live.ts'
import type { Frames } from './stream.ts'

export interface WatchOptions {
  readonly live: Live
  readonly dispatch: Dispatch
  /** Who opens a stream, unless it is too much. */
  readonly admit: (request: FastifyRequest) => Promise<Visitor>
  readonly lookAgain: LookAgain
}

/** Who asks as time goes by: a session may have ended. Throws `overloaded` where it has to wait. */
export type LookAgain = (request: FastifyRequest, operation: Operation) => Promise<Pick<RequestInfo, 'actor'>>

/** Answers a GET that is asked for as a stream of events; undefined where it is not. */
export function watchOperation({ live, dispatch, admit, lookAgain }: WatchOptions) {
  return (
    operation: Operation,
    input: Record<string, unknown>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> | undefined => {
    const { live: terms } = operation
    if (!terms || !asksForStream(request)) return undefined
    const open = async () => {
      const visitor = await admit(request)
      const isShared = isForAll(operation) && visitor.actor.kind !== 'staff'
      const serialize = reply.getSerializationFunction(String(successStatus(operation)))
      const read = async () => {
        const who = isShared ? { actor: anyone } : await lookAgain(request, operation)
        const about = { requestId: newRequestId(), deadline: Date.now() + defaultTimeoutMs }
        const answer = await dispatch(operation, input, { ...who, ...about })
        return serialize ? serialize(answer as never) : JSON.stringify(answer)
      }
      const key = isShared ? keyOf(operation, input) : undefined
      const on = terms.on.map(({ name }) => name)
      return live.open(request, reply, {
        visitor,
        watched: { on, ids: idsIn(input, terms.by), key, read },
        frames: framesFor(request),
      })
    }
    return open()
  }
}

export function idsIn(input: Readonly<Record<string, unknown>>, by: string): string[] {
  return [input[by]].flat().filter((id) => typeof id === 'string')
}

function keyOf({ service, name }: Operation, input: Record<string, unknown>): string {
  return `${service}.${name} ${JSON.stringify(input)}`
}

function framesFor(request: FastifyRequest): Frames {
  return {
    shown: (text, id) => `id: ${id}\ndata: ${text}\n\n`,
    ended: (error) => {
      const problem = { ...asProblem(error).toJSON(), requestId: request.id }
      return `event: problem\ndata: ${JSON.stringify(problem)}\n\n`
    },
  }
}
