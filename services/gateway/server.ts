import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import { answerProblems, asProblem, jsonBodyLimit, sendProblem } from '@rialto/kit/http'
import { newRequestId } from '@rialto/kit/id'
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { answerBrokenRequest } from './broken-request.ts'
import type { GatewayOptions } from './options.ts'
import { trustedProxies } from './traffic/settings.ts'
import { type Bounds, serverTimes, patience as standardPatience } from './traffic/slow-clients.ts'
import { standardTraffic } from './traffic/traffic.ts'

/** The server without its routes: what it takes at all, and for how long it waits. */
export async function openServer(options: GatewayOptions): Promise<FastifyInstance> {
  const { patience, proxies } = boundsOf(options)
  const app = fastify({
    ...serverTimes(patience),
    bodyLimit: jsonBodyLimit,
    trustProxy: proxies.length > 0 && [...proxies],
    genReqId: () => newRequestId(),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    logger: false,
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, patience),
    frameworkErrors: (error, request, reply) =>
      sendProblem(reply as FastifyReply, asProblem(error), request.id),
  })
  app.removeContentTypeParser('text/plain')
  takeEmptyBodies(app)
  answerProblems(app, options.log)
  await app.register(cookie)
  await app.register(compress, {
    globalDecompression: false,
    threshold: 1_024,
    encodings: ['gzip', 'deflate'],
  })
  return app
}

export function boundsOf({
  traffic = standardTraffic(),
  patience = standardPatience,
}: GatewayOptions): Bounds {
  return {
    patience,
    connectionsPerAddress: traffic.CONNECTIONS_PER_ADDRESS,
    proxies: trustedProxies(traffic),
  }
}

/** Many clients name JSON as their content type even when there is no body, such as at a DELETE. */
function takeEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) =>
    body === '' ? done(null, undefined) : parse(request, body, done),
  )
}
