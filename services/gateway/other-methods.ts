import type { Operation } from '@rialto/kit/contract'
import { sendProblem } from '@rialto/kit/http'
import { methodNotAllowed } from '@rialto/kit/problem'
import type { FastifyInstance } from 'fastify'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * At an address that has operations, tells which methods they have: on OPTIONS, and by 405 for the others. Those that
 * another app has at the same address count too.
 */
export function answerOtherMethods(
  app: FastifyInstance,
  operations: readonly Operation[],
  prefix: string,
  elsewhere: readonly Operation[] = [],
): void {
  const byPlace = Map.groupBy(operations, placeOf)
  const others = Map.groupBy(elsewhere, placeOf)
  for (const [place, here] of byPlace) {
    const all = [...here, ...(others.get(place) ?? [])]
    const known = new Set<string>(all.map(({ method }) => method))
    if (known.has('GET')) known.add('HEAD')
    const allow = [...methods.filter((method) => known.has(method)), 'OPTIONS'].join(', ')
    const unknown = methods.filter((method) => !known.has(method))
    const url = prefix + here[0]?.path
    app.route({
      method: 'OPTIONS',
      url,
      handler: (_, reply) => reply.code(204).header('allow', allow).send(),
    })
    app.route({
      method: unknown,
      url,
      exposeHeadRoute: false,
      handler: (request, reply) => {
        const words = `There is no ${request.method} at this address, only ${allow}. All are listed at /docs.`
        sendProblem(reply.header('allow', allow), methodNotAllowed(words), request.id)
      },
    })
  }
}

/** Parameters of one place may differ in name, as in `/stock/:variantId` and `/stock/:id`. */
function placeOf({ path }: Operation): string {
  return path.replace(/:\w+/g, ':')
}
