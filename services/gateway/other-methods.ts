import type { Operation } from '@rialto/kit/contract'
import { sendProblem } from '@rialto/kit/http'
import { methodNotAllowed, notFound } from '@rialto/kit/problem'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { addressesOf } from './addresses.ts'

export type Answer = (request: FastifyRequest, reply: FastifyReply) => void

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Answers where no operation does. At an address that has operations it tells which methods they have: on OPTIONS, and by
 * 405 for the others. Not by routes, of which there would be more than all operations have.
 */
export function answerUnknownOf(operations: readonly Operation[], prefix: string): Answer {
  let places: (readonly [RegExp, Operation])[] | undefined
  return (request, reply) => {
    places ??= operations.map((operation) => [addressesOf(prefix, [operation]), operation])
    const here = places.flatMap(([address, operation]) => (address.test(request.url) ? [operation] : []))
    if (here.length === 0) {
      const words = 'There is no such operation. All are listed at /docs.'
      return sendProblem(reply, notFound(words), request.id)
    }
    const allow = allowed(here)
    reply.header('allow', allow)
    if (request.method === 'OPTIONS') return reply.code(204).send()
    const words = `There is no ${request.method} at this address, only ${allow}. All are listed at /docs.`
    sendProblem(reply, methodNotAllowed(words), request.id)
  }
}

function allowed(here: readonly Operation[]): string {
  const known = new Set<string>(here.map(({ method }) => method))
  if (known.has('GET')) known.add('HEAD')
  return [...methods.filter((method) => known.has(method)), 'OPTIONS'].join(', ')
}
