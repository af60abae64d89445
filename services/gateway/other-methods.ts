import type { Operation } from '@rialto/kit/contract'
import { sendProblem } from '@rialto/kit/http'
import { methodNotAllowed } from '@rialto/kit/problem'
import type { FastifyInstance } from 'fastify'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** At an address that has operations, tells which methods they have: on OPTIONS, and by 405 for the others. */
export function answerOtherMethods(
  app: FastifyInstance,
  operations: readonly Operation[],
  prefix: string,
): void {
  // Parameters of one place may differ in name, as in `/stock/:variantId` and `/stock/:id`.
  const byPlace = Map.groupBy(operations, ({ path }) => path.replace(/:\w+/g, ':'))
  for (const [, here] of byPlace) {
    const known = new Set<string>(here.map(({ method }) => method))
    if (known.has('GET')) known.add('HEAD')
    const allow = [...methods.filter((method) => known.has(method)), 'OPTIONS'].join(', ')
    const others = methods.filter((method) => !known.has(method))
    const url = prefix + here[0]?.path
    app.route({
      method: 'OPTIONS',
      url,
      handler: (_, reply) => reply.code(204).header('allow', allow).send(),
    })
    app.route({
      method: others,
      url,
      exposeHeadRoute: false,
      handler: (request, reply) => {
        const words = `There is no ${request.method} at this address, only ${allow}. All are listed at /docs.`
        sendProblem(reply.header('allow', allow), methodNotAllowed(words), request.id)
      },
    })
  }
}
